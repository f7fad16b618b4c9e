"""The pages of an exam of each type look as they did when somebody last looked at them."""

import pytest
from PIL import Image, ImageChops

from tests.golden.renew import GOLDEN, gallery, pictures

SHADE = 96
"""Grey levels by which a pixel must differ to count; less is the renderer's smoothing."""


@pytest.fixture(scope="module")
def drawn() -> dict[str, Image.Image]:
    return pictures()


def differing(one: Image.Image, other: Image.Image) -> int:
    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    return sum(difference.histogram()[SHADE:])


def test_every_page_has_its_picture(drawn: dict[str, Image.Image]) -> None:
    assert sorted(path.name for path in GOLDEN.glob("*.png")) == sorted(drawn)


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("*.png")))
def test_a_page_looks_like_its_picture(drawn: dict[str, Image.Image], name: str) -> None:
    with Image.open(GOLDEN / name) as golden:
        assert golden.size == drawn[name].size
        assert 0 == differing(golden, drawn[name])


def test_one_changed_digit_shows(drawn: dict[str, Image.Image]) -> None:
    page = drawn["reference-question-1.png"]
    changed = page.copy()
    # Where the picture has its first ink below the header: a shift by one pixel of a small patch.
    left, top, _, _ = ImageChops.invert(page.crop((0, 60, *page.size))).getbbox() or (0, 0, 0, 0)
    patch = page.crop((left, top + 60, left + 8, top + 72))
    changed.paste(patch, (left + 3, top + 60))
    assert differing(page, changed) > 0


def test_the_gallery_shows_every_picture(drawn: dict[str, Image.Image]) -> None:
    assert gallery(drawn) == (GOLDEN.parents[1] / "GALLERY.md").read_text(encoding="utf-8")
