import pytest

from worksheetgen.typeset.markdown import to_latex


@pytest.mark.parametrize(
    ("markdown", "latex"),
    [
        ("100 % of a_b & c", r"100 \% of a\_b \& c"),
        ("*slanted* and **strong**", r"\emph{slanted} and \textbf{strong}"),
        ("$a_1 & b$ stays", "$a_1 & b$ stays"),
        (
            "<< x | row >> and <% if a_b %>_<% endif %>",
            r"<< x | row >> and <% if a_b %>\_<% endif %>",
        ),
        ("$$\na << x_1 >>\n$$", r"\[\fitted{a << x_1 >>}\]"),
        ("- one\n- two", "\\begin{itemize}\n\\item{} one\n\\item{} two\n\\end{itemize}"),
        ("cross-correlation", "cross-correlation"),
        (r"a \* b", "a * b"),
    ],
    ids=["specials", "emphasis", "math", "tags", "display", "list", "hyphen", "escape"],
)
def test_markdown_becomes_latex(markdown: str, latex: str) -> None:
    assert latex == to_latex(markdown).strip()


def test_paragraphs_stay_apart() -> None:
    assert "one\n\ntwo" == to_latex("one\n\ntwo").strip()
