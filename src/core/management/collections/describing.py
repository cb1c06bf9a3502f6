"""What a record looks like, for those who read JSON Schema 2020-12."""

from typing import Any, Final

from core.management.collections.fields import BaseField
from core.management.collections.models import Collection

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema(collection: Collection) -> dict[str, Any]:
    """Describe a record as one sends it: whatever is taken fits, and what does not fit is refused.

    What the schema can't say, bounds of decimals and days, say, is checked beyond it.
    """
    return {
        "$schema": DIALECT,
        "title": collection.title,
        **({"description": collection.description} if collection.description else {}),
        **sent(collection),
    }


def sent(collection: Collection) -> dict[str, Any]:
    """Describe a record as one sends it."""
    required = [one.key for one in collection.fields if one.required and one.default is None]
    return {
        "type": "object",
        "properties": {one.key: property_(one) for one in collection.fields},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def property_(field: BaseField) -> dict[str, Any]:
    """Describe a field's values; null says that there is none."""
    told: dict[str, Any] = {"title": field.title}
    if field.description:
        told["description"] = field.description
    if field.default is not None:
        told["default"] = field.taken(field.default)
    if field.read_only:
        told["readOnly"] = True
    described = field.described()
    if field.required and field.default is None:
        return told | described
    return told | {"anyOf": [described, {"type": "null"}]}
