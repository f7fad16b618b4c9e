"""What the reference arithmetic of a problem type says, and what it need not say."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

OPTIONAL: Mapping[str, Any] = MappingProxyType(
    {
        "BUILDS_ON": {},
        "OTHER_FORM": frozenset(),
        "REDRAWN": (),
        "UNPRINTED": {},
        "ITEM_GIVENS": {},
        "STEPS": {},
        "ADJOINTS": {},
        "as_printed": lambda _item, answer, _given: answer,
        "in_words": lambda answer: "".join(map(str, answer.values())),
        "telltales": lambda _item, _answer, _given: [],
        "derived": lambda _given: {},
        "steps": lambda _item, _given: {},
        "totals": lambda _item, _given: [],
        "derivative": lambda _item, _given: None,
        "losses": lambda _given, _item, _answer: (),
    }
)
"""What stands for a name that a type's module leaves out."""


class Solver:
    """A module of ``verify.reference``, complete."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        if hasattr(self._module, name) or name not in OPTIONAL:
            return getattr(self._module, name)
        return OPTIONAL[name]
