"""A format is as quick a start as TeX has, and changes nothing else."""

from pathlib import Path

import pytest

from tests.tex import typeset
from worksheetgen.typeset import formats
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.tex import find_tex
from worksheetgen.typeset.texts import AS_SHIPPED

SHEET = r"\begin{sheet}{T}{001}\task{1}{x}{1}$\frac{1}{2}$\end{sheet}"


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(formats, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache" / "formats"


def kept(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.fmt"))


def test_pages_have_the_same_bytes_with_and_without_a_format(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, used = typeset(SHEET), typeset(SHEET)
    assert 1 == len(kept(cache))
    monkeypatch.setattr(formats, "kept", lambda *_: None)
    plain = typeset(SHEET)
    assert (plain.pdf, plain.pages) == (made.pdf, made.pages) == (used.pdf, used.pages)


@pytest.mark.parametrize("content", [b"", b"no format", None], ids=["empty", "strange", "cut"])
def test_a_broken_format_is_made_again_and_changes_nothing(
    cache: Path, content: bytes | None
) -> None:
    expected = typeset(SHEET).pdf
    (format_,) = kept(cache)
    whole = format_.read_bytes()
    format_.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert expected == typeset(SHEET).pdf
    assert [] == kept(cache)
    assert expected == typeset(SHEET).pdf
    assert [format_] == kept(cache)


def test_where_nothing_can_be_kept_tex_starts_by_itself(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("no folder")
    assert b"%PDF" == typeset(SHEET).pdf[:4]
    assert "no folder" == cache.read_text()


def test_another_style_has_a_format_of_its_own(cache: Path, tmp_path: Path) -> None:
    typeset(SHEET)
    style = {name: content + b"\n" for name, content in AS_SHIPPED.latex.items()}
    work = tmp_path / "work"
    work.mkdir()
    find_tex("embedded").run(document([SHEET], PageSetup()), style, work, sheets=1)
    assert 2 == len(kept(cache))


def test_a_format_is_made_again_when_a_file_of_tex_has_changed(cache: Path) -> None:
    typeset(SHEET)
    (format_,) = kept(cache)
    before, beside = format_.stat().st_mtime_ns, format_.with_suffix(".json")
    beside.write_text(beside.read_text().replace("article.cls", "gone.cls"))
    typeset(SHEET)
    assert format_.stat().st_mtime_ns > before
    assert "article.cls" in beside.read_text()


def test_the_formats_used_least_recently_go(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(formats, "MOST", 2)
    used = []
    for margin in (16, 20, 30):
        work = tmp_path / str(margin)
        work.mkdir()
        source = document([SHEET], PageSetup(top_margin=margin))
        find_tex("embedded").run(source, AS_SHIPPED.latex, work, sheets=1)
        used += [path for path in kept(cache) if path not in used]
    assert sorted(used[1:]) == kept(cache)
    assert sorted(path.with_suffix(".json") for path in used[1:]) == sorted(cache.glob("*.json"))
