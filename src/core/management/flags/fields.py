"""What the parts of a flag look like, on the wire and where it is kept."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StrictInt, WithJsonSchema
from pydantic_core import PydanticCustomError

from core.management.flags import constants

NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"

type FlagKey = Annotated[str, Field(pattern=NAME, examples=["new-checkout"])]
type KeyPrefix = Annotated[str, Field(pattern=NAME, examples=["new-"])]
type VariantName = Annotated[str, Field(pattern=NAME, examples=["on"])]
type Attribute = Annotated[
    str, Field(pattern=r"^[A-Za-z_$][A-Za-z0-9_.$-]{0,99}$", examples=["country"])
]
type FlagType = Literal["bool", "string", "number", "object"]

_SCALARS: Final[list[dict[str, Any]]] = [
    {"type": "boolean"},
    {"type": "number", "minimum": -constants.NUMBER, "maximum": constants.NUMBER},
    {"type": "string", "maxLength": constants.TEXT, "pattern": "^[^\\u0000]*$"},
]


def scalar(value: object) -> object:
    """Refuse what not every JSON parser would read back as it is."""
    match value:
        case bool():
            return value
        case int() | float() if abs(value) <= constants.NUMBER:
            return value
        case int() | float():
            raise PydanticCustomError("number", "Use a number between -2^53 and 2^53.")
        case str() if len(value) <= constants.TEXT and _is_text(value):
            return value
        case str():
            raise PydanticCustomError("text", "A text has 4,096 characters at most, and no NUL.")
        case _:
            raise PydanticCustomError("scalar", "Use true or false, a number or a text.")


def _is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)


def _structure(value: Any, depth: int = constants.DEPTH) -> None:
    if depth < 0:
        raise PydanticCustomError("depth", "Nest it at most ten levels deep.")
    match value:
        case dict():
            for name, one in value.items():
                scalar(name)
                _structure(one, depth - 1)
        case list():
            for one in value:
                _structure(one, depth - 1)
        case None:
            pass
        case _:
            scalar(value)


def _value(value: object) -> object:
    if isinstance(value, dict):
        _structure(value)
        return value
    return scalar(value)


def _operand(value: object) -> object:
    if not isinstance(value, list | tuple):
        return scalar(value)
    if not 0 < len(value) <= constants.VALUES:
        raise PydanticCustomError("values", "A list has 1 to 100 values.")
    return tuple(map(scalar, value))


type Value = Annotated[
    Any, AfterValidator(_value), WithJsonSchema({"anyOf": [*_SCALARS, {"type": "object"}]})
]
"""What a variant stands for. A whole number stays one, and 2.0 stays what it is."""

type Operand = Annotated[
    Any,
    AfterValidator(_operand),
    WithJsonSchema(
        {
            "anyOf": [
                *_SCALARS,
                {
                    "type": "array",
                    "items": {"anyOf": _SCALARS},
                    "minItems": 1,
                    "maxItems": constants.VALUES,
                },
            ]
        }
    ),
]

type Variants = Annotated[
    dict[VariantName, Value], Field(min_length=1, max_length=constants.VARIANTS)
]

type Weight = Annotated[StrictInt, Field(ge=0, le=constants.BUCKETS)]
type Weights = Annotated[
    dict[VariantName, Weight],
    Field(min_length=1, max_length=constants.VARIANTS, examples=[{"on": 1000, "off": 9000}]),
]
"""How much of everybody is served each variant, in hundredths of a percent: 10,000 together."""
