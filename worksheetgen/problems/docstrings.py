"""What the docstrings below a model's fields say, read from its source when they are needed."""

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class Described(GenerateJsonSchema):
    """A JSON Schema in which each key says what its field's docstring says."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return _described(schema["cls"], super().model_schema(schema))

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        return _described(schema["cls"], super().dataclass_schema(schema))


def _described(kind: type, schema: JsonSchemaValue) -> JsonSchemaValue:
    docs = field_docs(kind)
    for name, key in schema.get("properties", {}).items():
        if name in docs:
            key.setdefault("description", docs[name])
    return schema


@cache
def field_docs(kind: type) -> dict[str, str]:
    """The docstring below each field of a class, its own and inherited ones."""
    docs: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        for field, doc in pairwise(_body(base)):
            match field, doc:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    docs[name] = inspect.cleandoc(text)
    return docs


def _body(kind: Any) -> list[ast.stmt]:
    """The statements of a class of ours; none of one that was made without a source."""
    if not kind.__module__.startswith("worksheetgen."):
        return []
    try:
        (found,) = ast.parse(dedent(inspect.getsource(kind))).body
    except (OSError, ValueError, IndentationError):
        return []
    return found.body if isinstance(found, ast.ClassDef) else []
