"""Reading: glyphs at places become values, or are refused; nothing is guessed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worksheetgen.verify.pages import quantities as q
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.page import Glyph

WIDTH, HEIGHT, ADVANCE = 4.0, 7.0, 5.0


def line(
    text: str, x: float = 0.0, y: float = 0.0, role: str = "", scale: float = 1.0
) -> list[Glyph]:
    """Glyphs of a text; a space is the distance between entries, a minus a thin box."""
    glyphs = []
    for character in text:
        if character != " ":
            low, high = (3.0, 3.4) if character == "-" else (0.0, HEIGHT * scale)
            box = Box(x, y + low, x + WIDTH * scale, y + high)
            glyphs.append(Glyph(character, box, role))
        x += ADVANCE * scale if character != " " else 10.0
    return glyphs


def grid(*rows: str, pitch: float = 14.0) -> list[Glyph]:
    """Rows whose entries end at the same places."""
    glyphs: list[Glyph] = []
    for number, row in enumerate(rows):
        for column, entry in enumerate(row.split()):
            x = 40.0 * (column + 1) - ADVANCE * len(entry)
            glyphs += line(entry, x, -pitch * number)
    return glyphs


def test_numbers() -> None:
    assert [3, -12, 0] == [q.number(line(text)) for text in ("3", "-12", "0")]


def test_decimals_are_exact_and_written_in_one_way() -> None:
    said = {"0.5": "1/2", "-0.025": "-1/40", "+0,05": "1/20", "+3": 3, "0.1234": "617/5000"}
    assert said == {text: q.number(line(text)) for text in said}
    for broken in ("0.50", "1.0", "01.5", ".5", "0.12345", "+-1", "1.2.5"):
        with pytest.raises(q.UnreadableError):
            q.number(line(broken))


def test_a_fraction_stands_over_its_bar() -> None:
    fraction = [*line("3", 0, 6, "over"), *line("14", -2, -6, "under")]
    assert "3/14" == q.number(fraction)
    assert "-3/14" == q.number([*line("-", -7, 0), *fraction])
    assert [["-3/14", 5], [7, 8]] == q.matrix(
        [*line("-", -7, 0), *fraction, *line("5", 35, 0), *line("7", 4, -30), *line("8", 35, -30)]
    )


@pytest.mark.parametrize(
    "broken",
    [
        [*line("3", 0, 6, "over")],
        [*line("3", 0, -6, "over"), *line("4", 0, 6, "under")],
        [*line("3", 0, 0, "over"), *line("4", 0, 0, "under")],
        [*line("3", 0, 6, "over"), *line("4", 30, -6, "under")],
        [],
        line("2x"),
        line("1 2"),
        line("1-"),
    ],
    ids=[
        "no denominator",
        "upside down",
        "side by side",
        "apart",
        "nothing",
        "a letter",
        "two",
        "a late minus",
    ],
)
def test_what_is_no_number_is_refused(broken: list[Glyph]) -> None:
    with pytest.raises(q.UnreadableError):
        q.number(broken)


def test_a_matrix_is_read_row_by_row() -> None:
    assert [[4, -3], [-12, 0]] == q.matrix(grid("4 -3", "-12 0"))
    assert [1, 2, -3] == q.row(grid("1 2 -3"))


@pytest.mark.parametrize(
    "broken",
    [
        grid("1 2", "3"),
        [*grid("1 2", "3"), *line("4", 60, -14)],
        [*grid("1 2"), *line("3", 35, -14), *line("4", 71, -14)],
    ],
    ids=["an entry short", "an entry in another column", "a column out of line"],
)
def test_a_matrix_with_a_moved_or_missing_entry_is_refused(broken: list[Glyph]) -> None:
    with pytest.raises(q.UnreadableError):
        q.matrix(broken)


def test_two_rows_are_no_row() -> None:
    with pytest.raises(q.UnreadableError):
        q.row(grid("1 2", "3 4"))


def indexed(top: str, *rows: str) -> list[Glyph]:
    entries = grid(*[f"{' '.join(row.split()[1:])}" for row in (f"t {top}", *rows)])
    left = [g for n, row in enumerate(rows, 1) for g in line(row.split()[0], 15, -14.0 * n)]
    return [*entries, *left]


def test_an_indexed_matrix_is_read_without_its_indices() -> None:
    assert [[5, -6], [7, 8]] == q.indexed(indexed("0 1", "0 5 -6", "1 7 8"))


@pytest.mark.parametrize(
    "broken",
    [
        indexed("0 2", "0 5 6", "1 7 8"),
        indexed("1 0", "0 5 6", "1 7 8"),
        indexed("0 1", "1 5 6", "0 7 8"),
        indexed("0 1", "0 5 6", "0 7 8"),
        [*indexed("0 1", "0 5 6", "1 7 8"), *line("2", 15, -42)],
    ],
    ids=[
        "a column left out",
        "columns exchanged",
        "rows exchanged",
        "a row twice",
        "an index without a row",
    ],
)
def test_wrong_indices_are_refused(broken: list[Glyph]) -> None:
    with pytest.raises(q.UnreadableError):
        q.indexed(broken)


def symbol(x: float, index: str, y: float = 0.0) -> list[Glyph]:
    return [*line("H", x, y), *line(index, x + 5, y - 2, scale=0.7)]


def test_a_linear_combination_may_go_over_lines() -> None:
    first = [*line("-2", 0), *symbol(10, "0"), *line("+", 22), *symbol(28, "1")]
    second = [*line("-", 0, -20), *line("12", 6, -20), *symbol(17, "2", -20)]
    assert {(0,): -2, (1,): 1, (2,): -12} == q.linear([*second, *first])
    assert {(0, 1): 1} == q.linear(symbol(0, "01"))


@pytest.mark.parametrize(
    "broken",
    [
        line("2"),
        [*symbol(0, "0"), *symbol(20, "1"), *line("3", 40)],
        [*symbol(0, "0"), *line("+", 12), *symbol(20, "0")],
    ],
    ids=["no symbol", "a number at the end", "a symbol twice"],
)
def test_what_is_no_linear_combination_is_refused(broken: list[Glyph]) -> None:
    with pytest.raises(q.UnreadableError):
        q.linear(broken)


def test_settings_shapes_and_symbols() -> None:
    assert [2, 1] == q.numbers(line("(2,1)"))
    assert [4, 2] == q.shape(line("4×2"))
    assert [0, 1] == q.index(line("K01"))
    assert [0, 1] == q.index(line("∂L/∂K01"))


@pytest.mark.parametrize(
    ("reader", "broken"),
    [(q.numbers, "(2,1"), (q.numbers, "none"), (q.shape, "4-2"), (q.index, "01"), (q.index, "KK0")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_none_of_them_is_refused(
    reader: Callable[[list[Glyph]], object], broken: str
) -> None:
    with pytest.raises(q.UnreadableError):
        reader(line(broken))


PRINTED: dict[str, tuple[Callable[[list[Glyph]], object], list[Glyph]]] = {
    "fraction": (q.number, [*line("3", 0, 6, "over"), *line("14", -2, -6, "under")]),
    "matrix": (q.matrix, grid("4 -3", "-12 0")),
    "indexed matrix": (q.indexed, indexed("0 1", "0 5 -6", "1 7 8")),
    "entries side by side": (q.row, line("1 -2 3")),
    "linear combination": (
        q.linear,
        [*symbol(0, "0"), *line("-2", 12, -20), *symbol(24, "1", -20)],
    ),
}


@pytest.mark.parametrize("name", PRINTED)
@given(factor=st.floats(0.01, 100))
def test_what_is_read_does_not_depend_on_the_size_of_the_type(name: str, factor: float) -> None:
    reader, glyphs = PRINTED[name]
    scaled = [
        Glyph(
            g.character,
            Box(*(factor * e for e in (g.box.left, g.box.bottom, g.box.right, g.box.top))),
            g.role,
        )
        for g in glyphs
    ]
    assert reader(glyphs) == reader(scaled)


def test_the_middle_of_a_box_is_as_far_from_its_bottom_as_from_its_top() -> None:
    box = Box(0, 3, 1, 8)
    assert box.middle - box.bottom == box.top - box.middle
