"""An outside opinion: answers of ``signs`` against torch's automatic differentiation."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from worksheetgen.problems.signs import QUESTIONS
from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import OPEN, SIGNS, Answer, Numbers, variant_of

pytestmark = pytest.mark.torch
LITTLE, MAGNITUDES = 1e-6, 200
VARIANTS = range(25)
every_level = pytest.mark.parametrize("level", ["easy", "medium", "hard"])


def variants(item: str, level: str) -> Iterator[tuple[Numbers, Answer]]:
    for seed in VARIANTS:
        g = variant_of(QUESTIONS[item], Chance(np.random.default_rng(seed)), level, OPEN)
        yield g, QUESTIONS[item].answer(g)


def doubles(torch: Any, value: Any) -> Any:
    return torch.tensor(np.array(value, dtype=float), dtype=torch.float64)


def output(torch: Any, X: Any, K: Any) -> Any:
    return torch.nn.functional.conv2d(X[None, None], K[None, None])[0, 0]


def gradient(torch: Any, X: Any, K: Any, loss_of: Any) -> Any:
    """Of a loss of the layer's output, with respect to the kernel."""
    kernel = K.clone().requires_grad_()
    (found,) = torch.autograd.grad(loss_of(output(torch, X, kernel)), kernel)
    return found


@every_level
def test_signs_that_are_certain_hold_for_any_magnitudes(torch: Any, level: str) -> None:
    rng = np.random.default_rng(1)
    for g, (pattern,) in variants("gradient_pattern", level):
        signs = {name: np.vectorize(SIGNS.get)(np.array(g[name])) for name in ("X", "upstream")}
        seen: list[set[str]] = [set() for _ in pattern]
        for _ in range(MAGNITUDES):
            X, upstream = (
                doubles(torch, s * 10 ** rng.uniform(-2, 2, s.shape)) for s in signs.values()
            )
            found = gradient(
                torch,
                X,
                torch.zeros(2, 2, dtype=torch.float64),
                lambda H, by=upstream: (by * H).sum(),
            )
            for entry, own in zip(found.flatten().tolist(), seen, strict=True):
                own.add("+" if entry > 0 else "-" if entry < 0 else "0")
        told = ["?" if len(own) > 1 else own.pop() for own in seen]
        assert list(pattern) == told


@every_level
def test_a_step_changes_the_loss_as_said(torch: Any, level: str) -> None:
    for g, (predicted, actual, effect, limit) in variants("large_step", level):
        X, K, T = (doubles(torch, g[name]) for name in ("X", "K", "T"))

        def loss(H: Any, T: Any = T) -> Any:
            return ((H - T) ** 2).sum() / 2

        def after(rate: float, X: Any = X, K: Any = K, loss: Any = loss) -> float:
            moved = K.clone()
            moved[0, 0] -= rate * gradient(torch, X, K, loss)[0, 0]
            return float(loss(output(torch, X, moved)) - loss(output(torch, X, K)))

        slope = float(gradient(torch, X, K, loss)[0, 0])
        assert pytest.approx(float(predicted)) == -float(g["rate"]) * slope**2
        assert pytest.approx(float(actual)) == after(float(g["rate"]))
        assert effect == ("increases" if after(float(g["rate"])) > 0 else "decreases")
        assert after(float(limit) * (1 - LITTLE)) < 0 < after(float(limit) * (1 + LITTLE))


@every_level
def test_the_chain_has_the_derivative_of_torch(torch: Any, level: str) -> None:
    for g, (sign, value, way) in variants("through_chain", level):
        X, K, weights = (doubles(torch, g[name]) for name in ("X", "K", "weights"))

        def loss(H: Any, weights: Any = weights, target: int = g["target"]) -> Any:
            return ((weights.flatten() * H.flatten().relu()).sum() - target) ** 2 / 2

        found = float(gradient(torch, X, K, loss)[0, 0])
        assert pytest.approx(found) == float(value)
        assert sign == ("+" if found > 0 else "-")
        assert way == ("downwards" if found > 0 else "upwards")


@every_level
def test_a_dead_layer_reacts_beyond_the_change_alone(torch: Any, level: str) -> None:
    for g, (zeros, _, entry, change) in variants("dead_relu", level):
        X, K, upstream = (doubles(torch, g[name]) for name in ("X", "K", "upstream"))

        def loss(H: Any, upstream: Any = upstream, bias: int = g["bias"]) -> Any:
            return (upstream * (H + bias).relu()).sum()

        u, v = (entry or g["entry"]).index
        moved = torch.zeros(2, 2, dtype=torch.float64)
        moved[u, v] = float(change)
        just, beyond = (
            float(loss(output(torch, X, K + moved * share))) for share in (1 - LITTLE, 1 + LITTLE)
        )
        assert gradient(torch, X, K, loss).flatten().tolist() == list(zeros)
        assert just == 0 != beyond


@every_level
def test_another_upstream_gradient_gives_the_gradient_of_torch(torch: Any, level: str) -> None:
    for g, (_, _, new, _) in variants("scaled_upstream", level):
        X, upstream = (doubles(torch, g[name]) for name in ("X", "upstream"))
        if g["output"] is None:
            upstream = upstream * float(g["scale"])
        else:
            upstream.squeeze(0)[g["output"].index] = float(g["new"])
        K = torch.zeros(2, 2, dtype=torch.float64)
        found = gradient(torch, X, K, lambda H, upstream=upstream: (H * upstream).sum())
        assert pytest.approx(found.flatten().tolist()) == [float(Fraction(n)) for n in new]
