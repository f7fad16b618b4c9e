"""Ratios against a reference that runs side by side, since machines are noisy: ``make bench``.

Names of rows as arguments run those alone; ``sizes`` takes a quarter of an hour.
"""

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from tests.conftest import PART_A
from worksheetgen.build.batch import KINDS
from worksheetgen.build.plan import Build
from worksheetgen.build.solving import solve
from worksheetgen.build.stress import _stress_blocks
from worksheetgen.build.watching import watched
from worksheetgen.engine import cross_correlation as engine
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.typeset import formats
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.tex import find_tex
from worksheetgen.typeset.texts import AS_SHIPPED
from worksheetgen.typeset.writing import write
from worksheetgen.variants.sheet import Sheet

PAIRS, SEED = 200, 2026
TEX = find_tex("embedded")


def command(*arguments: object) -> tuple[float, float]:
    """Wall seconds of a command, and the peak memory in MB of its largest process."""
    start = time.perf_counter()
    process = subprocess.Popen([*map(str, arguments)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {arguments}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def generate(variants: int, out: Path) -> tuple[float, float]:
    exam = ("generate", PART_A, "-n", variants, "--seed", SEED, "-q", "--out", out / "out")
    return command(sys.executable, "-m", "worksheetgen", *exam)


def sheets(variants: int) -> list[Sheet]:
    spec = load_spec(PART_A, variants=variants, seed=SEED)
    return solve(spec, 0, list(sample(spec, SEED, samplers_of(spec))))


def bare(sources: list[str]) -> float:
    """Wall seconds of pdfTeX alone on one document, without a format of ours."""
    source = document(sources, PageSetup())
    with folder() as work, mock.patch.object(formats, "kept", return_value=None):
        start = time.perf_counter()
        TEX.run(source, AS_SHIPPED.latex, work, sheets=len(sources))
        return time.perf_counter() - start


def written(variants: int) -> list[str]:
    return [write(sheet, kind) for sheet in sheets(variants) for kind in KINDS]


def pages() -> str:
    sources = written(PAIRS)
    alone = statistics.median(bare(sources) for _ in range(3))
    with folder() as one, folder() as two, folder() as three:
        ours = statistics.median(generate(PAIRS, out)[0] for out in (one, two, three))
    return (
        f"{PAIRS} pairs, proven, vs. bare pdfTeX on one document of the same pages: "
        f"{ours:.1f} s / {alone:.1f} s = {ours / alone:.2f}"
    )


def runs() -> str:
    sources, some = written(10), 20
    each = sum(bare([source]) for source in sources) / some
    with folder() as out:
        ours, _ = generate(PAIRS, out)
    apart = 2 * PAIRS * each
    return (
        f"one TeX run per PDF ({some} measured, for {2 * PAIRS}) vs. {PAIRS} pairs, proven: "
        f"{apart:.0f} s / {ours:.1f} s = {apart / ours:.1f}"
    )


def pair() -> str:
    sources = written(1)
    ratios = []
    for _ in range(5):
        two = bare(sources[:1]) + bare(sources[1:])
        with folder() as out:
            ratios.append((generate(1, out)[0], two))
    ours, two = (statistics.median(times) for times in zip(*ratios, strict=True))
    return f"one pair vs. two bare TeX runs: {ours:.2f} s / {two:.2f} s = {ours / two:.2f}"


def sizes() -> str:
    lines = []
    for variants in (200, 2000, 10_000):
        with folder() as out:
            seconds, memory = generate(variants, out)
            weight = sum(file.stat().st_size for file in out.rglob("*.pdf")) / variants / 1024
        each = 1000 * seconds / variants
        lines.append(
            f"{variants} variants: {each:.1f} ms each, peak {memory:.0f} MB, {weight:.0f} kB a pair"
        )
    return "\n    ".join(lines)


def start_up() -> str:
    times = [
        (
            command(sys.executable, "-m", "worksheetgen", "--help")[0],
            command(sys.executable, "-c", "import typer")[0],
        )
        for _ in range(9)
    ]
    ours, typer = (statistics.median(column) for column in zip(*times, strict=True))
    return f"--help vs. import typer: {ours:.3f} s / {typer:.3f} s = {ours / typer:.2f}"


def problems() -> str:
    blocks = [range(start, start + 25) for start in range(0, 5000, 25)]
    _stress_blocks("convolution", blocks[:4])
    start = time.perf_counter()
    outcome = _stress_blocks("convolution", blocks)
    rate = outcome.seeds / (time.perf_counter() - start)
    return f"sampled, solved and proven, one core: {rate:.0f} problems a second"


def solving() -> str:
    torch = importlib.import_module("torch")  # only this row needs it
    rng = np.random.default_rng(SEED)
    X, K = rng.integers(-9, 9, (1000, 4, 2)), rng.integers(-9, 9, (1000, 2, 2))

    def output(kernel: Any, image: Any) -> Any:
        return torch.nn.functional.conv2d(image[None, None], kernel[None, None])[0, 0]

    jacobians = torch.func.vmap(torch.func.jacrev(output))
    images, kernels = torch.tensor(X, dtype=torch.float64), torch.tensor(K, dtype=torch.float64)
    torch.set_num_threads(1)
    theirs = best(lambda: jacobians(kernels, images))
    ours = best(lambda: engine.kernel_jacobian(X, (2, 2)))
    return (
        f"1000 Jacobians in a batch vs. torch's vmap(jacrev): "
        f"{1000 * ours:.2f} ms / {1000 * theirs:.2f} ms = {ours / theirs:.2f}"
    )


def fairness() -> str:
    spec = load_spec(PART_A, variants=1000, seed=SEED)
    start = time.perf_counter()
    drawn = list(sample(spec, SEED, samplers_of(spec)))
    drawing = time.perf_counter() - start
    sources = [write(sheet, kind) for sheet in solve(spec, 0, drawn) for kind in KINDS]
    alone = bare(sources)
    return (
        f"drawing 1000 fair variants vs. typesetting them: {drawing:.2f} s / {alone:.1f} s = "
        f"{drawing / alone:.3f}"
    )


def proving() -> str:
    sources = written(PAIRS)
    alone = bare(sources)
    with folder() as out:
        generate(PAIRS, out)
        ours, _ = command(sys.executable, "-m", "worksheetgen", "verify", "-q", out / "out")
    return (
        f"verify of {PAIRS} pairs vs. typesetting them: "
        f"{ours:.1f} s / {alone:.1f} s = {ours / alone:.2f}"
    )


def personal() -> str:
    with folder() as plain, folder() as out:
        alone, _ = generate(PAIRS, plain)
        keyed = 'secret = "8f14e45fceea167a5a36dedd4bea2543"\n'
        (out / "exam.toml").write_text(keyed + PART_A.read_text(encoding="utf-8"))
        rows = (f"s{n},Student {n}\n" for n in range(PAIRS))
        (out / "students.csv").write_text("id,name\n" + "".join(rows))
        exam = ("generate", out / "exam.toml", "--roster", out / "students.csv", "--print", "-q")
        ours, _ = command(sys.executable, "-m", "worksheetgen", *exam, "--out", out / "out")
    return (
        f"{PAIRS} personal pairs with QR codes and a print file vs. as many plain ones: "
        f"{ours:.1f} s / {alone:.1f} s = {ours / alone:.2f}"
    )


def save() -> str:
    text = find_exam("convolution").read_text(encoding="utf-8")
    times = []
    with folder() as out:
        exam = out / "exam.toml"
        exam.write_text(text, encoding="utf-8")
        load = partial(load_spec, exam, variants=1, seed=SEED)
        watching = watched(exam, load, lambda spec: Build(spec, out / "out", TEX))
        spec = load()
        next(watching)
        for number in range(6):
            exam.write_text(f"{text}# {number}\n", encoding="utf-8")
            start = time.perf_counter()
            next(watching)
            times.append(time.perf_counter() - start)
    drawn = list(sample(spec, SEED, samplers_of(spec)))
    sources = [write(sheet, kind) for sheet in solve(spec, 0, drawn) for kind in KINDS]
    alone = statistics.median(bare(sources) for _ in range(5))
    ours = statistics.median(times[1:])
    return (
        f"one variant of the default exam again after a save vs. bare pdfTeX: {ours:.2f} s / "
        f"{alone:.2f} s = {ours / alone:.2f}, {ours - alone:.2f} s beyond it"
    )


def best(function: Callable[[], object]) -> float:
    times = []
    for _ in range(20):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


ROWS = {
    row.__name__: row
    for row in (
        *(pages, runs, pair, sizes, start_up, problems, solving, fairness, proving),
        *(personal, save),
    )
}

if __name__ == "__main__":
    for name in sys.argv[1:] or ROWS:
        sys.stdout.write(f"{name}: {ROWS[name]()}\n")
        sys.stdout.flush()
