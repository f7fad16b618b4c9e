"""Every way a spec can be wrong has one message that names the place and the way out."""

from fractions import Fraction
from pathlib import Path

import pytest

from worksheetgen.errors import InputError
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.typeset.resources import shipped_exams

GOOD = """
title = "Exam"
variants = 2
[[task]]
number = 3
title = "Convolution"
[[task.part]]
problem = "convolution"
"""


def spec_file(folder: Path, text: str) -> Path:
    path = folder / "exam.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", shipped_exams())
def test_every_shipped_exam_is_valid(name: str) -> None:
    assert load_spec(find_exam(name)).task


def test_absent_keys_have_defaults(tmp_path: Path) -> None:
    spec = load_spec(spec_file(tmp_path, GOOD))
    assert ("a4", None, 2) == (spec.paper, spec.seed, spec.variants)
    points = {"forward": 2, "kernel_jacobian": 2, "kernel_gradient": 3}
    assert points | {"loss_term": 1, "gradient_sign": 2} == spec.task[0].drawn[0].worth


def test_an_override_replaces_a_key(tmp_path: Path) -> None:
    assert 9 == load_spec(spec_file(tmp_path, GOOD), variants=9, seed=None).variants


WRONG = {
    "broken TOML": ("title = ", "not TOML"),
    "no task": ('title = "x"\ntask = []', "task: "),
    "missing title": (GOOD.replace('title = "Exam"\n', ""), "title: missing"),
    "empty title": (GOOD.replace('"Exam"', '""'), "title: "),
    "long title": (GOOD.replace('"Exam"', f'"{"x" * 81}"'), "title: "),
    "title of a wrong type": (GOOD.replace('"Exam"', "3"), "title: expected a text, got 3"),
    "Chinese title": (GOOD.replace('"Exam"', '"考试"'), r"title: the character '考' \(U\+8003"),
    "control character": (GOOD.replace('"Exam"', '"a\\u0007"'), r"U\+0007"),
    "line break in title": (GOOD.replace('"Exam"', '"a\\nb"'), r"U\+000A"),
    "blank title": (GOOD.replace('"Exam"', '"  "'), "title: nothing but spaces"),
    "two tasks of one number": (
        GOOD + '[[task]]\nnumber = 3\ntitle = "x"\n[[task.part]]\nproblem = "convolution"',
        "two tasks have the number 3",
    ),
    "one task as a table": (GOOD.replace("[[task]]", "[task]"), "task: expected a list"),
    "huge seed": ("seed = " + "9" * 5000 + "\n" + GOOD, "cannot be read"),
    "deep nesting": ("x = " + "[" * 3000 + "]" * 3000, "cannot be read|not TOML"),
    "zero kernel": (GOOD + "[task.part.given]\nK = [[0]]", "given.K is all zero"),
    "small gradient called large": (
        GOOD + "[task.part.given]\nentry_gradient = 1",
        "entry_gradient is 1, but the question calls it large",
    ),
    "rows too wide to read": (
        GOOD
        + "[task.part.sample]\ninput_shape = [6, 7]\nkernel_shape = [2, 3]\nvalues = [-99, 99]",
        "25 output and 6 kernel entries do not fit a page; with these values at most 19",
    ),
    "unequal effort": ("effort = {spread = -0.1}\n" + GOOD, "effort.spread: .*greater than"),
    "no number for effort": ("effort = {spread = nan}\n" + GOOD, "effort.spread: "),
    "unknown key of effort": ("effort = {band = 1}\n" + GOOD, "effort: unknown key 'band'"),
    "credit for an item that is not asked": (
        GOOD + 'items = ["forward"]\n[task.part.credit.loss_term]\n"sign reversed" = 1',
        "credit.loss_term: not asked; allowed: forward",
    ),
    "credit for an unknown mistake": (
        GOOD + '[task.part.credit.forward]\n"kernel fliped" = 1',
        "unknown mistake 'kernel fliped'; did you mean 'kernel flipped'",
    ),
    "credit beyond the points": (
        GOOD + '[task.part.credit.forward]\n"kernel flipped" = 2.5',
        "credit.forward: 'kernel flipped' earns 2.5 of 2 points",
    ),
    "credit in thirds": (
        GOOD + '[task.part.credit.forward]\n"kernel flipped" = 0.3',
        "whole, half or quarter points, got 0.3",
    ),
    "a truth value for credit": (
        GOOD + '[task.part.credit.forward]\n"kernel flipped" = true',
        "credit.forward",
    ),
    "diagnosable in words": (GOOD + 'diagnosable = "maybe"', "diagnosable: "),
    "zero variants": (GOOD.replace("= 2", "= 0"), "variants: .*greater than or equal to 1, got 0"),
    "a million variants": (GOOD.replace("= 2", "= 1000000"), "variants: .*100000"),
    "variants as text": (GOOD.replace("= 2", '= "2"'), "variants: .*integer, got '2'"),
    "variants as a truth value": (GOOD.replace("= 2", "= true"), "variants: .*integer, got True"),
    "negative seed": ("seed = -1\n" + GOOD, "seed: "),
    "unknown key": ("variant = 2\n" + GOOD, "unknown key 'variant'; did you mean 'variants'"),
    "unknown paper": ('paper = "a5"\n' + GOOD, "paper: .*'a4' or 'letter'"),
    "unknown problem": (
        GOOD.replace('"convolution"', '"convolutoin"'),
        "no problem type 'convolutoin'; did you mean 'convolution'",
    ),
    "no problem": (
        GOOD.replace('problem = "convolution"', ""),
        "task 1, part 1: name a problem type",
    ),
    "unknown item": (GOOD + 'items = ["foward"]', "unknown item 'foward'.*mean 'forward'"),
    "item asked twice": (GOOD + 'items = ["forward", "forward"]', "asked twice"),
    "no items": (GOOD + "items = []", "items: "),
    "points of the wrong length": (GOOD + "points = [1, 2]", "points has 2 entries for 5 items"),
    "a bonus for what is not asked": (
        GOOD + 'bonus = ["forwards"]',
        "bonus: 'forwards' is not asked; did you mean 'forward'",
    ),
    "points that are text": (GOOD + 'points = ["2", 1, 1, 1, 1]', "points such as 2 or 2.5"),
    "more points than 100": (GOOD + "points = [101, 1, 1, 1, 1]", "0 to 100 points"),
    "negative points": (GOOD + "points = [-1, 1, 1, 1, 1]", "points"),
    "unknown option": (GOOD + "[task.part.sample]\nstrides = [1, 1]", "did you mean 'stride'"),
    "shape of three": (GOOD + "[task.part.sample]\nstride = [1, 1, 1]", "sample.stride: "),
    "stride of zero": (GOOD + "[task.part.sample]\nstride = [0, 1]", "sample.stride"),
    "fraction as size": (GOOD + "[task.part.sample]\nkernel_shape = [2.0, 2]", "integer, got 2.0"),
    "huge input": (GOOD + "[task.part.sample]\ninput_shape = [99, 2]", "less than or equal to 10"),
    "values the wrong way": (GOOD + "[task.part.sample]\nvalues = [2, -2]", "smallest.*first"),
    "kernel larger than input": (
        GOOD + "[task.part.sample]\nkernel_shape = [2, 3]",
        "task 1, part 1: horizontal axis: the kernel spans 3.*padded input has only 2.*enlarge",
    ),
    "too many outputs": (
        GOOD + "[task.part.sample]\ninput_shape = [9, 9]",
        "64 output and 4 kernel entries do not fit a page",
    ),
    "ragged X": (GOOD + "[task.part.given]\nX = [[1, 2], [3]]", "given.X: every row.*have 2, 1"),
    "empty X": (GOOD + "[task.part.given]\nX = []", "given.X: "),
    "text in X": (GOOD + '[task.part.given]\nX = [["a", 1]]', "given.X"),
    "long entry": (GOOD + "[task.part.given]\nX = [[1000, 1]]", "given.X"),
    "upstream of the wrong length": (
        GOOD + "[task.part.given]\nupstream = [1, 2]",
        "given.upstream has 2 entries, it needs 3; give one per output entry",
    ),
    "entry outside the kernel": (GOOD + "[task.part.given]\nentry = [2, 0]", "lies outside the 2"),
    "shapes that disagree": (
        GOOD + "[task.part.sample]\nkernel_shape = [1, 1]\n[task.part.given]\nK = [[1, 2]]",
        r"sample.kernel_shape is \[1, 1\], but what is given makes it \[1, 2\]",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_spec_is_refused(case: str, tmp_path: Path) -> None:
    text, message = WRONG[case]
    path = spec_file(tmp_path, text)
    with pytest.raises(InputError, match=message) as error:
        load_spec(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(GOOD.replace("Exam", "Prüfung").encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        load_spec(path)


def test_a_missing_file_is_named_with_the_way_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file.*worksheetgen new exam.toml"):
        load_spec(tmp_path / "exam.toml")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert "Exam" == load_spec(path).title


def test_an_option_is_named_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="^-n, variants: "):
        load_spec(spec_file(tmp_path, GOOD), variants=0)


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a file"):
        load_spec(tmp_path)


def test_an_unknown_exam_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match="no shipped exam 'convolutions'; did you mean"):
        find_exam("convolutions")


def test_a_spec_says_what_a_mistake_earns(tmp_path: Path) -> None:
    credit = '[task.part.credit.forward]\n"kernel flipped" = 1.5\n"stride ignored" = 0'
    part = load_spec(spec_file(tmp_path, GOOD + credit)).task[0].drawn[0]
    earned = part.earned["forward"]
    assert (Fraction(3, 2), True) == earned["kernel flipped"]
    assert (Fraction(0), True) == earned["stride ignored"]
    assert (Fraction(1), False) == earned["kernel transposed"]
