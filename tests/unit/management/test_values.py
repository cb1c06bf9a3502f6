"""What records of a collection may hold."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.exceptions import ValidationFailed
from core.listing.operators import Op, Refused
from core.management.collections.models import ALL, Collection
from core.management.collections.values import (
    IndexValue,
    accepted,
    comparable,
    index_values,
    operators,
)
from core.models import Actor
from tests import nouns
from tests.nouns import KINDS, VALUES, collection, field

SOME = "0199c0de-7000-7000-8000-000000000001"


def refusals(
    of: Collection, data: dict[str, Any], *, before: dict[str, Any] | None = None, **how: bool
) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as raised:
        accepted(of, data, before=before, **how)
    return [(one.pointer, one.code) for one in raised.value.errors]


def kept(kind: str, value: Any, **about: Any) -> Any:
    return accepted(collection(field(kind, "x", **about)), {"x": value}).get("x")


@given(st.data())
def test_taking_a_record_twice_is_taking_it_once(data: st.DataObject) -> None:
    of = data.draw(nouns.collections())
    told = data.draw(nouns.records(of))
    try:
        once = accepted(of, told)
    except ValidationFailed:
        return

    assert accepted(of, once) == once
    assert accepted(of, once, before=once) == once


@given(st.data())
def test_each_kind_takes_what_is_its_own(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))

    value = data.draw(VALUES[kind].filter(lambda one: one is not None))

    assert kept(kind, value) is not None


@pytest.mark.parametrize(
    ("kind", "told", "found"),
    [
        ("text", " a ", " a "),
        ("integer", 3, 3),
        ("decimal", "007.50", "7.5"),
        ("decimal", "-0.0", "0"),
        ("decimal", 12, "12"),
        ("date", "2026-11-22", "2026-11-22"),
        ("datetime", "2026-11-22T13:00:00+01:00", "2026-11-22T12:00:00Z"),
        ("datetime", "2026-11-22t12:00:00.1234567z", "2026-11-22T12:00:00.123456Z"),
        ("multi_enum", ["dône", "open"], ["open", "dône"]),
        ("email", "Ada@Example.COM", "ada@example.com"),
        ("json", {"a": [1, -0.0, None]}, {"a": [1, 0.0, None]}),
        (
            "user_ref",
            "0199C0DE-7000-7000-8000-000000000001",
            "0199c0de-7000-7000-8000-000000000001",
        ),
        ("text", None, None),
    ],
)
def test_values_are_kept_in_one_way_of_writing(kind: str, told: Any, found: Any) -> None:
    assert kept(kind, told) == found


@pytest.mark.parametrize(
    ("kind", "told", "code"),
    [
        ("text", 3, "text"),
        ("text", "a\x00", "text_broken"),
        ("text", "\ud800", "text_broken"),
        ("text", "a" * 10_001, "too_long"),
        ("richtext", "a" * 60_001, "too_long"),
        ("integer", True, "integer"),
        ("integer", 1.0, "integer"),
        ("integer", 2**53, "integer"),
        ("decimal", 1.5, "decimal"),
        ("decimal", "1e3", "decimal"),
        ("decimal", True, "decimal"),
        ("decimal", "1" * 20 + "." + "1" * 20, "decimal_digits"),
        ("boolean", 1, "boolean"),
        ("date", "2026-02-30", "date"),
        ("date", "20260228", "date"),
        ("datetime", "2026-11-22T12:00:00", "datetime"),
        ("datetime", "0001-01-01T00:00:00+14:00", "datetime"),
        ("datetime", 0, "datetime"),
        ("enum", "OPEN", "option"),
        ("multi_enum", "open", "list"),
        ("multi_enum", ["open", "open"], "twice"),
        ("multi_enum", ["none"], "option"),
        ("email", "ada", "email"),
        ("url", "javascript:alert(1)", "url"),
        ("url", "https://", "url"),
        ("json", float("nan"), "json"),
        ("json", 2**64, "json"),
        ("json", {"a\x00": 1}, "text_broken"),
        ("record_ref", "0199c0de", "id"),
    ],
)
def test_what_is_of_another_kind_is_refused(kind: str, told: Any, code: str) -> None:
    assert refusals(collection(field(kind, "x")), {"x": told}) == [("#/x", code)]


@pytest.mark.parametrize(
    ("kind", "limits", "told", "code"),
    [
        ("text", {"min": 2}, "a", "too_short"),
        ("text", {"max": 2}, "abc", "too_long"),
        ("text", {"required": True}, "", "too_short"),
        ("text", {"indexed": True}, "a" * 257, "too_long"),
        ("url", {"unique": True}, "https://a/" + "a" * 250, "too_long"),
        ("integer", {"min": 2}, 1, "too_small"),
        ("integer", {"max": 2}, 3, "too_large"),
        ("decimal", {"min": "0.01"}, "0", "too_small"),
        ("decimal", {"scale": 2}, "1.001", "decimal_scale"),
        ("decimal", {"indexed": True}, "1234567890.123456", "decimal_digits"),
        ("date", {"min": "2026-01-01"}, "2025-12-31", "too_small"),
        ("datetime", {"max": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:01Z", "too_large"),
        ("multi_enum", {"min": 1}, [], "too_few"),
        ("multi_enum", {"max": 1}, ["open", "dône"], "too_many"),
    ],
)
def test_limits_are_kept(kind: str, limits: dict[str, Any], told: Any, code: str) -> None:
    assert refusals(collection(field(kind, "x", **limits)), {"x": told}) == [("#/x", code)]


def test_a_deep_value_and_a_large_record_are_refused() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    of = collection(field("json", "a"), field("json", "b"))

    assert refusals(of, {"a": deep}) == [("#/a", "json_deep")]
    assert refusals(of, {"a": "x" * 40_000, "b": "y" * 40_000}) == [("#", "too_large")]


def test_every_field_that_is_wrong_is_told_at_once() -> None:
    of = collection(field("text", "a", required=True), field("integer", "b"))

    assert refusals(of, {"b": "x", "c/~": 1}) == [
        ("#/c~1~0", "unknown_field"),
        ("#/a", "required"),
        ("#/b", "integer"),
    ]


def test_a_scale_is_always_written() -> None:
    assert kept("decimal", "12.5", scale=2) == "12.50"
    assert kept("decimal", 3, scale=2) == "3.00"


def test_a_new_record_gets_defaults_and_a_changed_one_where_it_must() -> None:
    of = collection(field("text", "a", default="x"), field("text", "b", default="y", required=True))

    assert accepted(of, {}) == {"a": "x", "b": "y"}
    assert accepted(of, {"a": None, "b": None}, before={"a": "1", "b": "2"}) == {"b": "y"}


def test_what_is_immutable_stays_once_it_is_there() -> None:
    of = collection(field("text", "a", immutable=True))

    assert accepted(of, {"a": "x"}, before={}) == {"a": "x"}
    assert accepted(of, {}, before={"a": "x"}) == {"a": "x"}
    assert accepted(of, {"a": "x"}, before={"a": "x"}) == {"a": "x"}
    assert refusals(of, {"a": "y"}, before={"a": "x"}) == [("#/a", "immutable")]


def test_what_is_read_only_is_set_by_those_who_are_trusted() -> None:
    of = collection(field("integer", "a", read_only=True, default=0))

    assert accepted(of, {}) == {"a": 0}
    assert accepted(of, {}, before={"a": 2}) == {"a": 2}
    assert refusals(of, {"a": 1}) == [("#/a", "read_only")]
    assert refusals(of, {"a": 1}, before={"a": 0}) == [("#/a", "read_only")]
    assert accepted(of, {"a": 1}, trusted=True) == {"a": 1}
    assert accepted(of, {"a": 1}, before={"a": 0}, trusted=True) == {"a": 1}


# --- What the side index keeps --------------------------------------------------------------------


def test_the_side_index_keeps_what_is_declared_and_there() -> None:
    of = collection(
        field("text", "name", unique=True),
        field("integer", "rank", indexed=True),
        field("text", "note"),
        field("date", "due", indexed=True),
        field("boolean", "open", indexed=True),
        field("decimal", "price", indexed=True, scale=2),
        numbers={"name": 1, "rank": 4, "note": 5, "due": 6, "open": 7, "price": 9},
    )

    data = accepted(of, {"name": "a", "rank": 3, "note": "b", "open": True, "price": "2.5"})
    assert index_values(of, data) == [
        IndexValue(1, "a", None, None, unique=True),
        IndexValue(4, "3", 3.0, None, unique=False),
        IndexValue(7, "true", None, None, unique=False),
        IndexValue(9, "2.5", 2.5, None, unique=False),
    ]
    [_, due] = index_values(of, {"name": "a", "due": "2026-11-22"})
    assert due == IndexValue(
        6, "2026-11-22", None, datetime(2026, 11, 22, tzinfo=UTC), unique=False
    )


@given(st.data())
def test_the_side_index_orders_and_tells_apart_as_values_do(data: st.DataObject) -> None:
    kinds = [one for one in KINDS if hasattr(field(one, "x"), "indexed")]
    kind = data.draw(st.sampled_from(kinds))
    of = field(kind, "x", indexed=True)
    try:
        one, other = (of.taken(data.draw(VALUES[kind])) for _ in range(2))
    except Refused:
        return
    numbered = collection(of)
    [a], [b] = (index_values(numbered, {"x": value}) for value in (one, other))

    first, second = of.compared(one), of.compared(other)
    assert (a.text == b.text) is (first == second)
    for left, right in ((a.number, b.number), (a.time, b.time)):
        if left is not None and right is not None:
            assert isinstance(first, int | Decimal | datetime)
            assert (left < right) is (first < second)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("text", "a", "a"),
        ("email", "Ada@X", "ada@x"),
        ("integer", "-3", -3),
        ("decimal", "2.50", Decimal("2.5")),
        ("boolean", "true", True),
        ("date", "2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("datetime", "2026-11-22T13:00:00+01:00", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("enum", "open", "open"),
        ("multi_enum", "open", "open"),
    ],
)
def test_a_filter_compares_with_what_is_kept(kind: str, text: str, found: Any) -> None:
    assert comparable(field(kind, "x"), text) == found


@pytest.mark.parametrize(
    ("kind", "text"),
    [("integer", "1.5"), ("boolean", "yes"), ("enum", "none"), ("json", "1"), ("date", "today")],
)
def test_a_filter_that_makes_no_sense_is_refused(kind: str, text: str) -> None:
    with pytest.raises(Refused):
        comparable(field(kind, "x"), text)


@pytest.mark.parametrize("kind", KINDS)
def test_whether_something_is_there_can_be_asked_of_every_kind(kind: str) -> None:
    asked: frozenset[Op] = operators(field(kind, "x"))

    assert "is_null" in asked


# --- Definitions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "about",
    [
        {"key": "id"},
        {"key": "Name"},
        {"key": "a" * 64},
        {"default": 3},
        {"min": 3, "max": 2},
        {"max": 300, "indexed": True},
        {"options": ["a"]},
        {"type": "list"},
    ],
)
def test_a_field_that_makes_no_sense_is_refused(about: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        nouns.FIELD.validate_python({"type": "text", "key": "x"} | about)


def test_a_collection_has_so_many_fields_and_so_many_of_them_indexed() -> None:
    full = collection(*(field("text", f"f{one}", indexed=one < 8) for one in range(64)))
    assert len(full.declared) == 8
    for many in (
        [field("text", f"f{one}") for one in range(65)],
        [field("text", f"f{one}", unique=True) for one in range(9)],
        [field("text", "a"), field("integer", "a")],
        [],
    ):
        with pytest.raises(ValidationError):
            collection(*many)


def test_a_field_and_a_collection_survive_being_written_down() -> None:
    of = collection(
        field("decimal", "a", min="0.10", max=5, default="1"),
        field("datetime", "b", min="2026-01-01T00:00:00+02:00"),
        field("date", "c", max="2026-01-01"),
    )

    assert Collection.model_validate(of.model_dump(mode="json")) == of
    assert of.evolve(title="B").title == "B"


def test_roles_may_what_the_collection_says() -> None:
    of = collection(
        field("text", "a", write=["admin"]), field("text", "b", read=["owner"]), own=["helper"]
    )
    member, viewer, helper = (
        Actor(kind="user", role=one) for one in ("member", "viewer", "helper")
    )

    assert [verb for verb in ALL if of.may(member, verb)] == list(ALL)
    assert [verb for verb in ALL if of.may(viewer, verb)] == ["read"]
    assert [verb for verb in ALL if of.may(helper, verb)] == []
    assert of.may(Actor(kind="cli"), "delete")
    assert of.only_own(helper)
    assert not of.only_own(member)
    assert of.readable(member) == {"a"}
    assert of.writable(member) == {"b"}
    assert of.writable(Actor(kind="cli")) == {"a", "b"}
