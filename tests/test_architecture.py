"""Who may import whom: what keeps a fault from proving itself, and the house readable."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from worksheetgen.problems import problem_types

PACKAGE = Path(__file__).parents[1] / "worksheetgen"

ROOMS = (
    *("cli", "build", "verify", "export", "exam", "typeset"),
    *("variants", "problems", "engine", "workers", "errors"),
)
"""From the top floor down, in the order of the data: each imports only from rooms below it."""
ALONE = {
    "typer": "cli",
    "pylatex": "typeset",
    "jinja2": "typeset",
    "zxingcpp": "verify",
    "distributed": "build",
    "matplotlib": "cli",
}
"""Libraries that one room has to itself."""


@cache
def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def importing(name: str, *among: str) -> set[str]:
    """The files, below the folders named, that import a module or something of it."""
    files = [path for folder in among or ("",) for path in (PACKAGE / folder).rglob("*.py")]
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in files
        if any(found == name or found.startswith(f"{name}.") for found in imports(path))
    }


def room(name: str) -> str:
    """The room of a module or a file."""
    return name.removeprefix("worksheetgen.").replace("/", ".").partition(".")[0]


def test_every_folder_and_file_is_a_room_of_the_house() -> None:
    files = [path for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"]
    assert {path.stem for path in files if not path.name.startswith("_")} <= {*ROOMS, "templates"}


@pytest.mark.parametrize(("number", "name"), list(enumerate(ROOMS)), ids=ROOMS)
def test_a_room_imports_only_from_rooms_below_it(number: int, name: str) -> None:
    above = {f"worksheetgen.{other}" for other in ROOMS[:number]}
    own = [
        path
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] in {name, f"{name}.py"}
    ]
    found = {
        module
        for path in own
        for module in imports(path)
        if ".".join(module.split(".")[:2]) in above
    }
    assert set() == found


@pytest.mark.parametrize("library", ALONE)
def test_a_library_has_its_room(library: str) -> None:
    assert {ALONE[library]} == {room(path) for path in importing(library)}


def test_no_proof_shares_arithmetic_with_what_it_proves() -> None:
    assert set() == importing("worksheetgen.engine", "verify")
    shared = {"verify/references.py", "verify/by_hand/mistakes.py"}
    assert shared == importing("worksheetgen.problems", "verify")
    assert {"verify/by_hand/mistakes.py"} == importing("worksheetgen.problems.mistakes", "verify")


def test_what_is_shared_of_mistakes_is_data_alone() -> None:
    ours = {n for n in imports(PACKAGE / "problems/mistakes.py") if n.startswith("worksheetgen")}
    assert set() == ours


@pytest.mark.parametrize("library", ["numpy", "pikepdf", "pypdfium2", "zxingcpp"])
def test_the_second_arithmetic_is_plain_python(library: str) -> None:
    assert set() == importing(library, "verify/reference", "verify/by_hand")


def test_the_engine_knows_nothing_of_ours() -> None:
    for path in (PACKAGE / "engine").rglob("*.py"):
        ours = {name for name in imports(path) if name.startswith("worksheetgen")}
        assert {name for name in ours if not name.startswith("worksheetgen.engine")} == set()


def test_no_problem_type_is_listed_anywhere() -> None:
    for name in problem_types():
        own = {p for p in importing(f"worksheetgen.problems.{name}") if f"problems/{name}/" in p}
        assert own == importing(f"worksheetgen.problems.{name}")
        second = importing(f"worksheetgen.verify.reference.{name}")
        assert {p for p in second if f"reference/{name}/" in p} == second


def test_help_waits_for_nothing_that_it_does_not_show() -> None:
    heavy = ("numpy", "pydantic", "rich", "jinja2", "pikepdf", "pylatex", "pypdfium2")
    program = f"import sys, worksheetgen.cli; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert b"[]" == run.stdout.strip()
