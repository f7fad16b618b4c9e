"""What every problem type must keep; a new type is tested by being there."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pydantic import TypeAdapter

from worksheetgen.engine.exact import as_json, exact
from worksheetgen.exam.loading import exam_of, load_spec
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.problems.docstrings import Described
from worksheetgen.problems.items import Answers
from worksheetgen.problems.work import is_absent
from worksheetgen.typeset.resources import shipped_exams, templates
from worksheetgen.typeset.writing import write
from worksheetgen.variants.fairness import RIGHT
from worksheetgen.variants.manifest import FileRecord, Kind, TaskRecord, VariantRecord, line
from worksheetgen.variants.marking import credit_of
from worksheetgen.variants.sampling import Draw, Place, Sampler
from worksheetgen.variants.sheet import Part, Sheet, Task
from worksheetgen.variants.solving import solve_parts
from worksheetgen.verify.prove import prove_numbers
from worksheetgen.verify.references import reference_of
from worksheetgen.verify.report import Report

SEEDS = 100

FILES: dict[Kind, FileRecord] = {
    "question": FileRecord("questions/001.pdf", "0" * 64),
    "solution": FileRecord("solutions/001.pdf", "0" * 64),
}


def _variant(part: Part) -> VariantRecord:
    task = TaskRecord(1, "Task", exact(part.points), [part.record()])
    return VariantRecord(variant="001", tasks=[task], files={})


every_type = pytest.mark.parametrize("kind", problem_types().values(), ids=problem_types())


@cache
def draws(kind: type[Problem]) -> list[Draw]:
    sampler = Sampler(kind, kind.Sample(), kind.Given(), tuple(kind.items))
    return list(sampler.draw([Place(11, variant, task=0, part=0) for variant in range(SEEDS)]))


def draw(kind: type[Problem], variant: int) -> Draw:
    return draws(kind)[variant]


def drawn(kind: type[Problem], variant: int) -> Problem:
    return draw(kind, variant).answers.problem


@every_type
def test_the_same_seed_draws_the_same_givens(kind: type[Problem]) -> None:
    again = Sampler(kind, kind.Sample(), kind.Given(), tuple(kind.items))
    found = again.draw([Place(11, variant, task=0, part=0) for variant in range(3)])
    assert [drawn(kind, variant).record() for variant in range(3)] == [
        each.answers.problem.record() for each in found
    ]


@every_type
def test_the_reference_arithmetic_agrees_on_every_seed(kind: type[Problem]) -> None:
    reference = reference_of(kind.name)
    for seed in range(SEEDS):
        problem = drawn(kind, seed)
        answers = Answers(problem)
        for name, item in kind.items.items():
            expected = reference.answer(name, problem.record())
            assert expected == item.record(answers[name]), (name, seed)


@every_type
def test_every_drawn_problem_keeps_every_constraint(kind: type[Problem]) -> None:
    for seed in range(SEEDS):
        problem = drawn(kind, seed)
        answers = Answers(problem)
        assert [] == [c.sentence for c in kind.constraints if not c.holds(answers)]


@every_type
def test_answers_of_a_batch_are_those_of_its_members(kind: type[Problem]) -> None:
    batch = kind.draw(kind.Sample(), kind.Given(), np.random.default_rng(5), 8)
    together = Answers(batch)
    for name in kind.items:
        singly = [Answers(batch.at(i))[name].tolist() for i in range(8)]
        assert singly == together[name].tolist()


@every_type
def test_mistakes_and_effort_agree_with_the_reference_for_any_settings(kind: type[Problem]) -> None:
    reference = reference_of(kind.name)
    for seed in range(SEEDS):
        settings = kind.vary(np.random.default_rng(seed))
        sampler = Sampler(kind, settings, kind.Given(), tuple(kind.items), fair=None)
        (proposed,) = sampler.propose([Place(seed, 0, 0, 0)])
        answers = next(proposed).answers
        given = answers.problem.record()
        for name, item in kind.items.items():
            wrong = {
                mistake: as_json(written) if item.mistakes[mistake].form else item.record(written)
                for mistake, written in answers.mistaken(name).items()
            }
            found = reference.mistaken(name, given)
            assert list(found.items()) == list(wrong.items()), (name, seed)
            effort = reference.work(name, given).effort
            assert effort == float(item.effort_of(answers)) > 0, (name, seed)


@every_type
def test_every_seed_is_proven_with_its_key(kind: type[Problem]) -> None:
    worth = {name: item.points for name, item in kind.items.items()}
    parts = solve_parts(worth, credit_of(kind, worth), 0, draws(kind))
    for seed, part in enumerate(parts):
        report = Report()
        prove_numbers(_variant(part), report)
        assert [] == [str(failure) for failure in report.failures], seed


@every_type
def test_the_manifest_takes_the_record(kind: type[Problem]) -> None:
    worth = {name: item.points for name, item in kind.items.items()}
    (part,) = solve_parts(worth, credit_of(kind, worth), 0, [draw(kind, 0)])
    written = replace(_variant(part), files=FILES)
    assert written == TypeAdapter(VariantRecord).validate_json(line(written))


@every_type
def test_effort_rises_with_the_difficulty(kind: type[Problem]) -> None:
    efforts = []
    for difficulty in ("easy", "medium", "hard"):
        part = exam_of(kind.name, difficulty=difficulty).task[0].drawn[0]
        yardstick = Sampler(kind, part.sample, part.given, tuple(kind.items)).yardstick
        assert yardstick
        efforts.append(yardstick.effort)
    easy, medium, hard = efforts
    assert easy < medium < hard


@every_type
def test_an_exam_of_the_type_ships(kind: type[Problem]) -> None:
    shipped = [load_spec(path) for path in shipped_exams().values()]
    assert kind.name in {
        part.problem for spec in shipped for task in spec.task for part in task.part
    }


@every_type
def test_every_item_knows_mistakes_and_each_shows(kind: type[Problem]) -> None:
    for seed in range(20):
        worth = {name: item.points for name, item in kind.items.items()}
        (part,) = solve_parts(worth, credit_of(kind, worth), 0, [draw(kind, seed)])
        for item in part.items:
            assert item.key
            assert [] == [pair for pair in item.alike if RIGHT in pair]


@every_type
def test_mistakes_of_a_batch_are_those_of_its_members(kind: type[Problem]) -> None:
    together = Answers(kind.draw(kind.Sample(), kind.Given(), np.random.default_rng(5), 8))
    for name in kind.items:
        for mistake, wrong in together.mistaken(name).items():
            for number in np.flatnonzero(~is_absent(wrong, 1)).tolist():
                single = Answers(together.problem.at(number)).mistaken(name)[mistake]
                assert np.array_equal(single, wrong[number]), mistake


@every_type
def test_the_room_for_an_answer_is_the_same_in_every_variant(kind: type[Problem]) -> None:
    for item in kind.items.values():
        rooms = {item.room_of(Answers(drawn(kind, seed))) for seed in range(20)}
        assert 1 == len(rooms)
        assert rooms.pop() > 0


@every_type
def test_every_text_is_written_and_marks_its_answer(kind: type[Problem]) -> None:
    found = draw(kind, 0)
    for name in kind.items:
        (part,) = solve_parts({name: 1}, credit_of(kind, {name: 1}), 0, [found])
        sheet = Sheet("001", "Exam", (Task(1, "Task", (part,)),))
        assert r"\marked" in write(sheet, "question")
        solution = write(sheet, "solution").partition(r"\begin{solution}")[2]
        assert r"\marked" in solution, name


@every_type
def test_every_text_belongs_to_an_item(kind: type[Problem]) -> None:
    texts = {path.stem for path in (templates() / "problems" / kind.name).glob("*.md")}
    assert {"givens", *kind.items} == texts


@every_type
def test_every_option_and_item_says_what_it_is(kind: type[Problem]) -> None:
    schemas = [
        table.model_json_schema(schema_generator=Described) for table in (kind.Sample, kind.Given)
    ]
    fields = [field for schema in schemas for field in schema["properties"].items()]
    assert [] == [name for name, field in fields if not field.get("description")]
    assert [] == [item.name for item in kind.items.values() if not item.summary]
