"""Collections to test with, and whatever their records may hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import TypeAdapter

from core.management.collections.fields import AnyField, Field
from core.management.collections.models import Collection
from tests.factories import NOW, new_id

FIELD: TypeAdapter[AnyField] = TypeAdapter(Field)
KINDS = (
    *("text", "richtext", "integer", "decimal", "boolean", "date", "datetime", "enum"),
    *("multi_enum", "email", "url", "json", "user_ref", "file_ref", "record_ref"),
)
OPTIONS = ("open", "In progress", "dône")

_texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
_days = st.dates()
_moments = st.datetimes(
    min_value=datetime.fromisoformat("0002-01-01"),
    max_value=datetime.fromisoformat("9998-01-01"),
    timezones=st.just(UTC),
)
_words = st.text("abcXYZ019-", min_size=1, max_size=12)
_scalars = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | _texts
_numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)

VALUES: dict[str, SearchStrategy[Any]] = {
    "text": _texts,
    "richtext": _texts,
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": st.integers(-(10**6), 10**6)
    | st.decimals(-(10**8), 10**8, places=3).map(lambda one: f"{one:f}"),
    "boolean": st.booleans(),
    "date": _days.map(date.isoformat),
    "datetime": _moments.map(lambda one: one.isoformat()),
    "enum": st.sampled_from(OPTIONS),
    "multi_enum": st.lists(st.sampled_from(OPTIONS), unique=True),
    "email": st.tuples(_words, _words).map(lambda two: f"{two[0]}@{two[1]}.example"),
    "url": st.tuples(_words, _words).map(lambda two: f"https://{two[0]}/{two[1]}?q"),
    "json": st.recursive(
        _scalars | _numbers,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
        max_leaves=6,
    ),
    "user_ref": st.uuids().map(str),
    "file_ref": st.uuids().map(lambda one: str(one).upper()),
    "record_ref": st.uuids().map(str),
}
"""What each kind of field takes, as it comes over the wire."""

ANYTHING = _scalars | _numbers | st.lists(_scalars, max_size=2) | st.floats()


def field(kind: str, key: str, **about: Any) -> AnyField:
    known: dict[str, Any] = {"type": kind, "key": key}
    if kind in {"enum", "multi_enum"}:
        known["options"] = OPTIONS
    if kind == "record_ref":
        known["collection"] = "tickets"
    return FIELD.validate_python(known | about)


def collection(*fields: AnyField | dict[str, Any], **about: Any) -> Collection:
    told = [one if isinstance(one, dict) else one.model_dump() for one in fields]
    numbers = {one["key"]: place for place, one in enumerate(told, 1)}
    known: dict[str, Any] = {
        "id": new_id(),
        "organization_id": new_id(),
        "key": "tickets",
        "title": "Tickets",
        "fields": told,
        "numbers": numbers,
        "last_number": len(numbers),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Collection.model_validate(known | about)


@st.composite
def fields(draw: st.DrawFn, key: str, kinds: tuple[str, ...] = KINDS) -> AnyField:
    """Draw a field, at times with a default that it takes, and limits that do not matter."""
    kind = draw(st.sampled_from(kinds))
    about: dict[str, Any] = {"required": draw(st.booleans())}
    if draw(st.booleans()):
        about["immutable" if draw(st.booleans()) else "read_only"] = True
    made = field(kind, key, **about)
    default = draw(st.none() | VALUES[kind].filter(lambda one: takes(made, one)))
    return field(kind, key, **about, default=default)


def takes(field: AnyField, value: Any) -> bool:
    try:
        field.taken(value)
    except ValueError:
        return False
    return True


@st.composite
def collections(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> Collection:
    count = draw(st.integers(1, 5))
    return collection(*(draw(fields(f"f{place}", kinds)) for place in range(count)))


@st.composite
def records(draw: st.DrawFn, of: Collection) -> dict[str, Any]:
    """Draw what somebody might send: mostly what is right, at times whatever."""
    return {
        one.key: draw(VALUES[one.type] | st.none() | ANYTHING)
        for one in of.fields
        if draw(st.booleans())
    }


def exact(value: Any) -> Any:
    """Return a number that compares as it is written."""
    return Decimal(str(value)) if isinstance(value, float) else value
