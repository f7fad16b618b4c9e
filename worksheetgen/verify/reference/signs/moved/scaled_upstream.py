"""Two quadratic losses with the old and the new upstream gradient at the same kernel."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from worksheetgen.verify.reference.signs.moving import (
    ENTRIES,
    flat,
    layer,
    moved,
    present,
    slope,
    two_rows,
)

K = [[1, 2], [-1, 3]]
STILL, MOVES = "does not change", "changes"


def gradient(g: Any, upstream: Sequence[Any]) -> list[Any]:
    """The gradient with respect to the kernel of a loss with this upstream gradient."""
    still = layer(g["X"], K)

    def loss(entry: Any, by: Any) -> Any:
        H = layer(g["X"], moved(K, entry, by))
        return sum(w * h + (h - s) ** 2 for w, h, s in zip(upstream, H, still, strict=True))

    return [slope(partial(loss, e)) for e in ENTRIES]


def place(g: Any) -> int:
    """Which of the outputs is named, in order."""
    index = [int(n) for n in g["output"]]
    return index[0] if len(index) == 1 else index[0] * (len(g["X"][0]) - 1) + index[1]


def new_upstream(g: Any) -> list[Any]:
    upstream = flat(g["upstream"])
    if "scale" in g:
        return [g["scale"] * w for w in upstream]
    return [g["new"] if n == place(g) else w for n, w in enumerate(upstream)]


def relation(old: Sequence[Any], new: Sequence[Any]) -> str:
    """Of two steps: one is a positive or negative multiple of the other, or none."""
    there = next((n for n, entry in enumerate(old) if entry), 0)
    ratio = Fraction(new[there]) / old[there] if any(old) else Fraction(0)
    if ratio == 0 or any(ratio * a != b for a, b in zip(old, new, strict=True)):
        return "neither"
    return "same" if ratio > 0 else "opposite"


def _whole(
    g: Any, new: Sequence[Any], output: str = STILL, jacobian: str = STILL
) -> dict[str, Any]:
    return {
        "output": output,
        "jacobian": jacobian,
        "gradient": two_rows(new),
        "direction": relation(flat(g["G"]), new),
    }


def answer(g: Any) -> Any:
    return _whole(g, gradient(g, new_upstream(g)))


def window(g: Any) -> list[Any]:
    """What the named output sees."""
    one = [int(n == place(g)) for n in range(len(flat(g["upstream"])))]
    return gradient(g, one)


def _by(g: Any) -> Any:
    return g["new"] - flat(g["upstream"])[place(g)]


def wrong(g: Any) -> Any:
    new, old = gradient(g, new_upstream(g)), flat(g["G"])
    found = {
        "output taken to change": _whole(g, new, output=MOVES),
        "Jacobian taken to change": _whole(g, new, jacobian=MOVES),
    }
    if "scale" in g:
        scale = g["scale"]
        found |= {
            "scaled twice": _whole(g, [scale * scale * e for e in old]),
            "sign of the scale lost": _whole(g, [abs(scale) * e for e in old]),
            "gradient left as it was": _whole(g, old),
        }
    else:
        seen, by, n = window(g), _by(g), place(g)
        factor = Fraction(g["new"]) / flat(g["upstream"])[n]
        scaled = [e * factor if m == n else e for m, e in enumerate(old)]
        found |= {
            "entry of the gradient in the same place scaled": _whole(g, scaled),
            "change of the upstream entry added everywhere": _whole(g, [e + by for e in old]),
            "sign of the change reversed": _whole(
                g, [e - by * x for e, x in zip(old, seen, strict=True)]
            ),
            "kernel flipped": _whole(g, [e + by * x for e, x in zip(old, seen[::-1], strict=True)]),
        }
    return present(found, answer(g))


def offers(g: Any) -> Any:
    old = flat(g["G"])
    if "scale" in g:
        scales = (g["scale"], -g["scale"], 1 / Fraction(g["scale"]), -1 / Fraction(g["scale"]))
        return [two_rows([scale * e for e in old]) for scale in scales]
    seen, by = window(g), _by(g)
    return [
        two_rows([e + way * by * x for e, x in zip(old, own, strict=True)])
        for own in (seen, seen[::-1])
        for way in (1, -1)
    ]


def shows(g: Any) -> Any:
    return {} if "scale" in g else {"by": _by(g), "window": two_rows(window(g))}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The printed gradient is that of the first loss, and the new one that of the second."""
    yield flat(g["G"]), gradient(g, flat(g["upstream"]))
    new = gradient(g, new_upstream(g))
    yield flat(answer["gradient"]), new
    if "direction" in answer:
        kept = [answer["output"], answer["jacobian"]]
        yield [STILL, STILL], kept
        yield answer["direction"], relation(flat(g["G"]), new)


def _gradient_fits(g: Any) -> bool:
    return flat(g["G"]) == gradient(g, flat(g["upstream"])) and any(flat(g["G"]))


PREMISES = {"the printed gradient is the kernel's, and is not zero": _gradient_fits}
