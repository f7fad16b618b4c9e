"""Practice sheets: which exercises a student gets, and the command that makes them again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, takewhile
from typing import Literal, cast, get_args

import numpy as np
from pydantic import ValidationError

from worksheetgen.errors import InputError, suggest
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems import problem_types
from worksheetgen.typeset.language import ENGLISH, languages, vocabulary

LEVELS = ("easy", "medium", "hard")
RISING = "rising"

LONGEST_COMMAND = 240
"""Letters of a command that three lines at the foot of a page hold."""

Difficulty = Literal["easy", "medium", "hard", "rising"]
DIFFICULTIES = get_args(Difficulty)
Asked = tuple[str, str]
"""A problem type and an item of it."""


@dataclass(frozen=True)
class Footer:
    """What stands on every page of a practice sheet."""

    command: str
    """What makes it again."""
    label: str
    """What tells it from others: its seed."""


@dataclass(frozen=True)
class Practice:
    """What a student wants to practise."""

    wanted: tuple[str, ...] = ()
    """Problem types, or items such as ``pooling.max_forward``; empty: all types."""
    exercises: int = 10
    difficulty: Difficulty = "medium"
    language: str = ENGLISH
    paper: str = "a4"

    def footer(self, seed: int) -> Footer:
        return Footer(self.command(seed), str(seed))

    def command(self, seed: int) -> str:
        """What makes this sheet again.

        >>> Practice(("pooling",), difficulty="rising").command(7)
        'worksheetgen practice pooling -n 10 --difficulty rising --seed 7'
        """
        words = ["worksheetgen practice", *self.wanted, f"-n {self.exercises}"]
        words.append(f"--difficulty {self.difficulty}")
        words += [f"--language {self.language}"] if self.language != ENGLISH else []
        words += [f"--paper {self.paper}"] if self.paper != "a4" else []
        return " ".join([*words, f"--seed {seed}"])


def practice_of(command: str, seed: int) -> tuple[Practice, ExamSpec]:
    """What a command asks for, and the sheet that it makes from a seed.

    Raises:
        InputError: it is no such command.

    >>> practice_of("worksheetgen practice pooling -n 2 --difficulty easy --seed 7", 7)[0].exercises
    2
    """
    _, name, *words = command.split(" ")
    wanted = tuple(takewhile(lambda word: not word.startswith("-"), words))
    options = words[len(wanted) :]
    said = dict(zip(options[::2], options[1::2], strict=False))
    number, difficulty = said.get("-n", ""), said.get("--difficulty", "")
    if name != "practice" or not re.fullmatch(r"\d{1,2}", number) or difficulty not in DIFFICULTIES:
        raise InputError(f"no command that makes a practice sheet: {command[:80]!r}")
    practice = Practice(
        wanted,
        int(number),
        cast("Difficulty", difficulty),
        said.get("--language", ENGLISH),
        said.get("--paper", "a4"),
    )
    try:
        return practice, practice_exam(practice, seed)
    except ValidationError as error:
        raise InputError(f"{command[:80]}: {error.errors()[0]['msg']}") from None


def practice_exam(practice: Practice, seed: int) -> ExamSpec:
    """A sheet with an exercise per task, in an order that the seed decides.

    Problem types take turns, and so do the items of each, so that nothing comes again before
    everything has come.

    Raises:
        InputError: there is no such problem type or item.
    """
    if practice.language not in languages():
        raise InputError(f"no language {practice.language!r}; allowed: {', '.join(languages())}")
    if len(practice.command(seed)) > LONGEST_COMMAND:
        raise InputError(
            f"{len(practice.wanted)} names are too many for the foot of a page; name whole problem "
            "types, or fewer items"
        )
    words = vocabulary(practice.language)
    asked = islice(_in_turns(_pools(practice.wanted), seed), practice.exercises)
    tasks = [
        {
            "number": number + 1,
            "title": words.titles[problem],
            "part": [
                {
                    "problem": problem,
                    "items": [item],
                    "difficulty": _level(practice.difficulty, number, practice.exercises),
                }
            ],
        }
        for number, (problem, item) in enumerate(asked)
    ]
    sheet = {"title": words.practice, "language": practice.language, "paper": practice.paper}
    return ExamSpec.model_validate(sheet | {"task": tasks})


def _level(difficulty: str, number: int, exercises: int) -> str:
    return LEVELS[number * len(LEVELS) // exercises] if difficulty == RISING else difficulty


def _pools(wanted: Sequence[str]) -> list[list[Asked]]:
    """What may be asked, by problem type in the order named."""
    types = problem_types()
    pools: dict[str, list[Asked]] = {}
    for name in wanted or types:
        problem, _, item = name.partition(".")
        if problem not in types:
            raise InputError(f"no problem type {problem!r}{suggest(problem, types)}")
        known = types[problem].items
        if item not in known and "." in name:
            raise InputError(f"{problem} has no item {item!r}{suggest(item, known)}")
        pool = pools.setdefault(problem, [])
        pool += [
            (problem, own) for own in ([item] if item else known) if (problem, own) not in pool
        ]
    return list(pools.values())


def _in_turns(pools: Sequence[Sequence[Asked]], seed: int) -> Iterator[Asked]:
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    shuffled = [[pool[n] for n in rng.permutation(len(pool))] for pool in pools]
    turns = [cycle(shuffled[n]) for n in rng.permutation(len(shuffled))]
    while True:
        yield from map(next, turns)
