"""What variants owe each other: the same words and places, and numbers of their own."""

from dataclasses import replace

from tests.verify.making import TERMS, Made
from worksheetgen.verify.checks.distinct import Exam
from worksheetgen.verify.checks.layout import Look
from worksheetgen.verify.prove import prove
from worksheetgen.verify.report import Report


def test_words_that_differ_between_variants_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record, words in ((sound[0][0], "do not flip"), (sound[1][0], "do flip")):
        exam.compare(record, Look({}, words), report)
    assert ["002, words as in the first"] == [failure.place for failure in report.failures]


def test_rules_that_differ_between_variants_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record, right in ((sound[0][0], 400.0), (sound[1][0], 401.0)):
        exam.compare(record, Look({}, "", "", ((1, "sheet.rule", (60, 90, right, 91)),)), report)
    assert ["002, rules as in the first"] == [failure.place for failure in report.failures]


def test_variants_that_share_their_givens_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record in (sound[0][0], sound[1][0], replace(sound[0][0], variant="003")):
        exam.compare(record, None, report)
    assert [("distinct", "003, task 3, (a)")] == [(f.check, f.place) for f in report.failures]


def test_an_answer_space_elsewhere_is_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for index, (record, question, solution) in enumerate(sound):
        _, look = prove(record, question, solution, TERMS)
        assert look is not None
        if index == 1:
            page, edges = look.spaces["3.a.i.forward"][0]
            look.spaces["3.a.i.forward"] = [(page, [edge + 1 for edge in edges])]
        exam.compare(record, look, report)
    assert ["layout"] == [failure.check for failure in report.failures]
