"""Who may import whom: what keeps a fault from proving itself, and the house readable."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from worksheetgen.problems import problem_types

PACKAGE = Path(__file__).parents[1] / "worksheetgen"


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
        str(path.relative_to(PACKAGE))
        for path in files
        if any(found == name or found.startswith(f"{name}.") for found in imports(path))
    }


@pytest.mark.parametrize("name", ["worksheetgen.engine", "worksheetgen.problems"])
def test_no_proof_shares_arithmetic_with_what_it_proves(name: str) -> None:
    assert set() == importing(name, "verify")


def test_the_reference_computes_in_plain_python() -> None:
    assert {"verify/page.py"} == importing("numpy", "verify")


def test_the_engine_knows_nothing_of_ours() -> None:
    for path in (PACKAGE / "engine").rglob("*.py"):
        ours = {name for name in imports(path) if name.startswith("worksheetgen")}
        assert {name for name in ours if not name.startswith("worksheetgen.engine")} == set()


COMMANDS = [path for path in (PACKAGE / "cli").glob("*.py") if path.stem != "__init__"]


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("typer", {path.relative_to(PACKAGE).as_posix() for path in COMMANDS}),
        ("pylatex", {"typeset/characters.py", "typeset/document.py"}),
        ("pypdfium2", {"typeset/logo.py", "verify/objects.py", "verify/page.py"}),
        ("jinja2", {"typeset/writing.py"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_library_has_its_room(library: str, rooms: set[str]) -> None:
    assert rooms == importing(library)


def test_no_problem_type_is_listed_anywhere() -> None:
    for name in problem_types():
        assert set() == importing(f"worksheetgen.problems.{name}")
        reference = importing(f"worksheetgen.verify.reference.{name}")
        own = f"verify/reference/{name}/"
        assert set() == {path for path in reference if not path.startswith(own)}


def test_help_waits_for_nothing_that_it_does_not_show() -> None:
    heavy = ("numpy", "pydantic", "rich", "jinja2", "pikepdf", "pylatex", "pypdfium2")
    program = f"import sys, worksheetgen.cli; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert b"[]" == run.stdout.strip()


def test_the_list_of_problems_is_shown_without_numpy() -> None:
    program = (
        "import sys; sys.argv = ['worksheetgen', 'list']; from worksheetgen.cli import app\n"
        "try: app()\n"
        "except SystemExit: print('loaded', 'numpy._core' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert b"convolution" in run.stdout
    assert run.stdout.strip().endswith(b"loaded False")
