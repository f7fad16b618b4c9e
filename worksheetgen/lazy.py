"""Put off what a command may not need."""

import importlib
import sys
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module until something of it is used."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):  # asked of every module by those who look for one
            raise AttributeError(attribute)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)


def put_off(name: str) -> None:
    """Let a module load when something of it is first used, not when it is imported."""
    sys.modules.setdefault(name, _Later(name))
