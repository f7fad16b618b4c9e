import numpy as np
import pytest

from tests.conftest import Cli
from tests.verify.making import answering
from worksheetgen.build.stress import stress
from worksheetgen.problems.convolution import Convolution


def test_many_seeds_and_settings_are_proven(cli: Cli) -> None:
    run = cli("stress", "--seeds", 150)
    assert (0, True) == (run.code, "0 failures" in run.out)
    assert "150 seeds" in run.out


def test_chunks_in_other_processes_count_like_one() -> None:
    whole = stress("convolution", 0, 100)
    first, second = stress("convolution", 0, 50), stress("convolution", 50, 50)
    assert whole.proofs == first.proofs + second.proofs
    assert whole.candidates == first.candidates + second.candidates
    assert whole.rejected == first.rejected + second.rejected


def test_a_failing_seed_comes_with_the_command_to_repeat_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Convolution.items["forward"]
    monkeypatch.setattr(item, "work", answering(item.work, lambda H: H + 1))
    run = cli("stress", "--seeds", 3, "--first", 40)
    assert 1 == run.code
    assert "recompute failed: 001, task 1, (a), ii. forward" in run.out
    assert "repeat: worksheetgen stress convolution --first 40 --seeds 1" in run.out


def test_settings_vary() -> None:
    drawn = [Convolution.vary(np.random.default_rng(seed)) for seed in range(100)]
    for key in ("input_shape", "kernel_shape", "stride", "padding", "dilation", "values"):
        assert len({getattr(sample, key) for sample in drawn}) > 3
