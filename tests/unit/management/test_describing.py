"""Definitions as others read them, and what a changed one means."""

from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, validator_for

from core.exceptions import ValidationFailed
from core.management.collections import changes, describing, openapi, policies
from core.management.collections.models import Collection, Definition
from core.management.collections.values import accepted, renewed
from tests import nouns
from tests.factories import NOW
from tests.nouns import KINDS, collection, field


def validator(of: Collection) -> Draft202012Validator:
    found = validator_for(describing.schema(of))
    assert isinstance(found, Draft202012Validator)
    return found


@given(st.data())
def test_what_is_taken_fits_the_schema_and_what_does_not_fit_is_refused(
    data: st.DataObject,
) -> None:
    of = data.draw(nouns.collections())
    told = data.draw(nouns.records(of))
    try:
        kept = accepted(of, told)
    except ValidationFailed:
        return

    assert validator(of).is_valid(told)
    assert validator(of).is_valid(kept)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"name": 1},
        {"name": None},
        {"name": ""},
        {"name": "a", "none": 1},
        {"name": "a", "state": "gone"},
        {"name": "a", "day": "today"},
        {"name": "a", "rank": 1.5},
        {"name": "a", "rank": 11},
        {"name": "a", "price": "1e3"},
        {"name": "a", "mail": "ada"},
    ],
)
def test_a_schema_says_what_is_wrong(told: dict[str, Any]) -> None:
    of = collection(
        field("text", "name", required=True),
        field("enum", "state"),
        field("date", "day"),
        field("integer", "rank", min=1, max=10),
        field("decimal", "price"),
        field("email", "mail"),
    )

    assert not validator(of).is_valid(told)
    assert validator(of).is_valid({"name": "a", "state": None, "day": "2026-11-22", "rank": 10})


@given(nouns.collections())
def test_each_collection_has_an_openapi_document(of: Collection) -> None:
    document = openapi.document(of)

    assert OpenAPI.model_validate(document).paths
    for schema in document["components"]["schemas"].values():
        Draft202012Validator(schema | {"components": document["components"]})


# --- What a change means --------------------------------------------------------------------------


def after(of: Collection, *fields: Any, **about: Any) -> Definition:
    told = of.definition.model_dump() | about
    if fields:
        told["fields"] = [one.model_dump() for one in fields]
    return Definition.model_validate(told)


def meant(of: Collection, *fields: Any, **about: Any) -> list[tuple[str, str | None, str]]:
    found = changes.changes(of, after(of, *fields, **about))
    return [(one.kind, one.field, one.effect) for one in found]


@given(nouns.collections())
def test_a_definition_is_no_change_of_itself(of: Collection) -> None:
    assert changes.changes(of, of.definition) == []
    assert (
        changes.changes(of, Definition.model_validate(of.definition.model_dump(mode="json"))) == []
    )


OLD = (field("text", "a"), field("integer", "b", indexed=True), field("enum", "c"))


@pytest.mark.parametrize(
    ("key", "changed", "kind", "effect"),
    [
        ("a", field("text", "a", label="A"), "field_described", "none"),
        ("a", field("text", "a", default="x", read=["owner"]), "field_described", "none"),
        ("a", field("text", "a", max=3), "field_changed", "checks"),
        ("a", field("text", "a", required=True), "field_changed", "checks"),
        ("a", field("text", "a", unique=True), "field_changed", "rewrites"),
        ("b", field("integer", "b"), "field_changed", "rewrites"),
        ("b", field("decimal", "b"), "type_changed", "rewrites"),
        ("c", field("enum", "c", options=["open"]), "field_changed", "checks"),
    ],
)
def test_each_change_says_what_becomes_of_records(
    key: str, changed: Any, kind: str, effect: str
) -> None:
    of = collection(*OLD)

    fields = [changed if one.key == key else one for one in OLD]
    assert meant(of, *fields) == [(kind, key, effect)]


def test_fields_come_and_go() -> None:
    of = collection(*OLD)

    assert meant(of, *OLD, field("text", "d")) == [("field_added", "d", "none")]
    assert meant(of, *OLD, field("text", "d", required=True)) == [("field_added", "d", "checks")]
    told = field("text", "d", indexed=True)
    assert meant(of, *OLD, told) == [("field_added", "d", "rewrites")]
    filled = field("text", "d", required=True, default="x")
    assert meant(of, *OLD, filled) == [("field_added", "d", "rewrites")]
    assert meant(of, *OLD[:2]) == [("field_removed", "c", "destroys")]
    assert meant(of, *OLD[::-1]) == [("fields_reordered", None, "none")]
    assert meant(of, title="B", own=["member"]) == [("collection_changed", None, "none")] * 2


def test_numbers_of_the_side_index_are_given_once() -> None:
    of = collection(*OLD)
    decimal = field("decimal", "b", indexed=True)
    filled = field("text", "d", required=True, default="x", indexed=True)

    changed = policies.redefined(of, after(of, OLD[0], decimal, filled), NOW)

    assert changed.numbers == {"a": 1, "b": 4, "d": 5}
    assert changed.last_number == 5
    assert changed.version == 2
    assert changed.state == "migrating"
    assert changed.building == ("b", "d")
    assert changed.removed == ("c",)
    assert not changed.sortable("b")
    again = policies.redefined(changed, after(of, *OLD), NOW)
    assert again.numbers == {"a": 1, "b": 6, "c": 7}


def test_what_touches_no_record_is_done_at_once() -> None:
    of = collection(*OLD)

    changed = policies.redefined(of, after(of, *OLD, field("text", "d")), NOW)

    assert changed.state == "ready"
    assert changed.building == ()
    assert changed.sortable("b")
    assert not changed.sortable("d")


def test_a_record_that_was_kept_is_renewed() -> None:
    of = collection(
        field("decimal", "a", scale=2),
        field("text", "b", required=True, default="x"),
        field("integer", "c", required=True),
        field("text", "d", default="y"),
    )

    data, errors = renewed(of, {"a": "1.5", "gone": 1, "c": "no"})

    assert data == {"a": "1.50", "b": "x"}
    assert [(one.pointer, one.code) for one in errors] == [("#/c", "integer")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_field_is_described(kind: str) -> None:
    assert describing.property_(field(kind, "x", description="what", read_only=True))["readOnly"]
