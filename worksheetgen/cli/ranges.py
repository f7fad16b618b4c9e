"""What the keys of a spec's table allow, in words."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worksheetgen.problems.settings import Settings


def ranges(table: "type[Settings]") -> dict[str, tuple[str, str]]:
    """By key, what its value may be, and what it means."""
    from worksheetgen.problems.docstrings import Described

    keys = table.model_json_schema(schema_generator=Described)["properties"]
    return {name: (_allowed(schema), schema["description"]) for name, schema in keys.items()}


def _allowed(schema: dict[str, Any]) -> str:
    """A JSON Schema in words.

    >>> _allowed({"type": "integer", "minimum": 1, "maximum": 10})
    '1 to 10'
    >>> _allowed({"type": "array", "prefixItems": [{"type": "boolean"}] * 2})
    'two of: true or false'
    """
    match schema:
        case {"anyOf": [first, *_]}:
            return _allowed(first)
        case {"enum": values}:
            return ", ".join(map(str, values))
        case {"prefixItems": [first, *rest]}:
            return f"{COUNTS.get(len(rest) + 1, len(rest) + 1)} of: {_allowed(first)}"
        case {"type": "array", "items": {"type": "array"} as row}:
            return f"rows: {_allowed(row)}"
        case {"type": "array", "items": inner}:
            return f"up to {schema.get('maxItems', 'any number')} of: {_allowed(inner)}"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"{low} to {high}"
    return 'a fraction such as "1/10", above 0, up to 10'


COUNTS = {2: "two", 3: "three", 4: "four", 6: "six"}
