"""The check redraw: what the manifest says of a run, and every variant's givens, once more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from worksheetgen.errors import InputError, TexError, WorksheetError
from worksheetgen.exam.drawing import Drawn, expectations, sample, sample_versions, samplers_of
from worksheetgen.exam.personal import root, shared_seed
from worksheetgen.exam.practice import practice_of
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.tex import EMBEDDED, find_tex
from worksheetgen.variants.manifest import HeaderRecord, VariantRecord
from worksheetgen.verify.report import Report


class Redraw:
    """Draws an exam's variants again, in their order, from what the manifest's first line says."""

    def __init__(self, spec: ExamSpec, header: HeaderRecord) -> None:
        self._spec, self._header = spec, header
        self._samplers = samplers_of(spec, alike=header.practice is not None)
        self._drawn = sample(spec, header.seed, self._samplers)

    def header(self, report: Report) -> None:
        """What the settings let one expect, the TeX, and the command of a practice sheet."""
        header = self._header
        try:
            expected = expectations(self._spec, self._samplers)
        except WorksheetError as error:
            report.compare("redraw", "the manifest's first line", "a spec to draw from", str(error))
            return
        if "roster" in header.inputs:
            expected = [replace(part, varying=[]) for part in expected]
        report.compare("redraw", "what its settings let expect", expected, header.expected)
        if header.tex.embedded:
            report.compare("redraw", "TeX", _embedded(), header.tex.version)
        if header.practice is not None:
            report.compare("redraw", "command", header.practice, self._command(header.practice))

    def variant(self, variant: VariantRecord, report: Report) -> None:
        """The givens of a variant, and what it took to draw them."""
        try:
            drawn = next(self._again(variant))
        except (WorksheetError, LookupError, StopIteration) as error:
            report.compare("redraw", variant.variant, "givens", f"none: {error}")
            return
        for (place, part), orders in zip(variant.own_parts(), drawn.orders.values(), strict=False):
            report.compare("redraw", f"{place}, order of choices", {**orders}, part.given)
        for (place, part), draw in zip(variant.parts(), drawn.givens.values(), strict=False):
            expected = [draw.answers.problem.record(), draw.candidates, dict(draw.rejected)]
            found = [part.given, part.candidates, part.rejected]
            report.compare("redraw", place, expected, found)

    def _again(self, variant: VariantRecord) -> Iterator[Drawn]:
        """Personal variants are drawn one by one, without regard to others."""
        key, person = self._header.exam_key, variant.person
        if key is None or person is None:
            return self._drawn
        if self._spec.versions and person.version:
            return iter([self._versions[ord(person.version) - ord("A")]])
        alone = self._spec.model_copy(update={"variants": 1})
        return sample(alone, shared_seed(key), self._samplers, [root(key, person.id)])

    @cached_property
    def _versions(self) -> Sequence[Drawn]:
        return sample_versions(self._spec, self._header.exam_key or "", self._samplers)

    def _command(self, said: str) -> str:
        """The command that makes a practice sheet of this spec from this seed."""
        try:
            practice, spec = practice_of(said, self._header.seed)
        except InputError as error:
            return str(error)
        same = spec.model_dump(exclude={"seed"}) == self._spec.model_dump(exclude={"seed"})
        return practice.command(self._header.seed) if same else "that of another sheet"


def _embedded() -> str:
    try:
        return find_tex(EMBEDDED).version
    except TexError as error:
        return str(error)
