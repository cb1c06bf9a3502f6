"""Rules of records that need no port."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from core.exceptions import InvalidCursor
from core.management.collections.values import accepted
from core.management.records import cursors, exceptions, filters, ordering, tables
from core.management.records.filters import FilterExpr
from core.management.records.merging import merged
from core.management.records.models import Record, RecordId
from core.models import OrganizationId
from tests import nouns
from tests.factories import NOW, new_id
from tests.nouns import KINDS, VALUES, field

OF = nouns.collection(*(field(kind, kind) for kind in KINDS))
TICKETS = nouns.collection(
    field("text", "title", indexed=True),
    field("text", "secret", read=["owner"]),
    field("integer", "rank", indexed=True),
    field("enum", "state"),
    field("richtext", "about"),
)
READABLE = frozenset(TICKETS.by_key) - {"secret"}

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
_texts = st.text(st.sampled_from("'=+-@\t\r\n,\"aä "), max_size=8)


# --- Merge patches --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_patches_merge_as_the_examples_of_rfc_7396_do(
    target: object, patch: object, result: object
) -> None:
    assert merged(target, patch) == result


@given(_json, _json)
def test_a_patch_says_what_becomes_of_each_member(target: Any, patch: Any) -> None:
    before = json.dumps(target)
    result = merged(target, patch)

    assert json.dumps(target) == before
    assert merged(result, patch) == result
    if not isinstance(patch, dict):
        assert result == patch
        return
    old = target if isinstance(target, dict) else {}
    assert set(result) == (set(old) | set(patch)) - {key for key in patch if patch[key] is None}
    for key, value in result.items():
        assert value == (merged(old.get(key), patch[key]) if key in patch else old[key])


# --- Files ----------------------------------------------------------------------------------------


@given(_texts)
def test_nothing_in_a_cell_is_carried_out_and_all_comes_back(text: str) -> None:
    told = tables.guarded(text)

    assert not told.startswith(tables.CARRIED_OUT)
    assert told
    assert tables.unguarded(told) == text


@given(st.text("a =", min_size=1, max_size=5).filter(lambda one: one[0] != "="))
def test_what_people_type_into_a_cell_is_what_it_says(text: str) -> None:
    assert tables.unguarded(text) == text


@given(st.data())
def test_a_table_says_what_the_records_say(data: st.DataObject) -> None:
    """M8 of one record: each kind of value goes out and comes back as it was."""
    told = data.draw(st.fixed_dictionaries({}, optional={kind: VALUES[kind] for kind in KINDS}))
    kept = accepted(OF, {key: value for key, value in told.items() if value is not None})
    shown = {"id": str(new_id()), "version": 1, "created_at": NOW, **kept}

    [row] = tables.read(tables.written(OF.fields, [shown], header=True), 9)

    back = {key: tables.value(one, row[key]) for key, one in OF.by_key.items()}
    assert accepted(OF, {key: value for key, value in back.items() if value is not None}) == kept
    [line] = tables.lines(to_json(shown).decode() + "\n\n", 9)
    assert accepted(OF, {key: line[key] for key in kept}) == kept
    assert from_json(to_json(kept)) == kept


@pytest.mark.parametrize(
    "text",
    ["", "a,a\r\n1,2", "a\r\n1,2", 'a\r\n"1', "a\r\n1\r\n2\r\n3"],
)
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(exceptions.ImportRefused):
        tables.read(text, 2)


@pytest.mark.parametrize("text", ["x", "[1]", '{"a": NaN}', "{}\n{}\n{}"])
def test_what_is_no_line_of_json_is_refused(text: str) -> None:
    with pytest.raises(exceptions.ImportRefused):
        tables.lines(text, 2)


# --- What is asked --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "op", "operand"),
    [
        ("secret", "eq", "a"),
        ("nothing", "eq", "a"),
        ("title", "like", "a"),
        ("rank", "contains", "1"),
        ("rank", "eq", "1.5"),
        ("rank", "in", "1,x"),
        ("state", "eq", "closed"),
        ("title", "is_null", "yes"),
        ("title", "contains", "\x00"),
        ("title", "eq", "a" * 1001),
        ("title", "in", ",".join("a" * 101)),
        ("title", "in", '"a'),
        ("created_at", "gt", "yesterday"),
        ("id", "eq", "1"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(key: str, op: str, operand: str) -> None:
    with pytest.raises(exceptions.BadFilter) as refused:
        filters.parsed({(key, op): operand}, TICKETS, READABLE)

    assert refused.value.errors[0].pointer == f"/query/filter[{key}][{op}]"


def test_there_are_so_many_conditions_and_no_more() -> None:
    told = {("title", f"op{n}"): "a" for n in range(21)}
    with pytest.raises(exceptions.BadFilter):
        filters.parsed(told, TICKETS, READABLE)


def test_values_with_commas_stand_in_quotes() -> None:
    asked = filters.parsed({("title", "in"): 'a,"b, c",""'}, TICKETS, READABLE)
    assert asked.conditions[0].values == ("a", "b, c", "")


@pytest.mark.parametrize("told", ["", "nothing", "secret", "rank,-rank", "id,rank,title,rank"])
def test_an_order_that_makes_no_sense_is_refused(told: str) -> None:
    with pytest.raises(exceptions.BadSort):
        ordering.parsed(told, TICKETS, READABLE)


def test_only_what_is_indexed_puts_in_order() -> None:
    with pytest.raises(exceptions.SortNotIndexed):
        ordering.parsed("about", TICKETS, READABLE)
    building = TICKETS.evolve(building=["rank"], state="migrating")
    with pytest.raises(exceptions.SortNotIndexed):
        ordering.parsed("rank", building, READABLE)
    decided = ordering.parsed("rank,-id,title", TICKETS, READABLE)
    assert [(one.key, one.descending) for one in decided.keys] == [("rank", False), ("id", True)]


# --- Cursors --------------------------------------------------------------------------------------


def a_record(**data: Any) -> Record:
    return Record(
        id=RecordId(new_id()),
        organization_id=OrganizationId(new_id()),
        collection_id=TICKETS.id,
        data=data,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=NOW,
    )


def test_a_cursor_says_where_a_page_ended_and_of_which_list() -> None:
    order = ordering.parsed("-rank,title,created_at", TICKETS, READABLE)
    record, asked = a_record(rank=7, title="ä" * 200), FilterExpr()
    mark = cursors.fingerprint(TICKETS, asked, order)

    cursor = cursors.cursor_of(TICKETS, record, order, mark)

    after = cursors.after(cursor, order, mark)
    assert after is not None
    assert after.id == record.id
    assert after.places == ordering.places(TICKETS, record, order)
    assert not ordering.beyond(order, after.places, record.id, after)
    others = (
        cursors.fingerprint(TICKETS, asked, order, deleted=True),
        cursors.fingerprint(TICKETS, asked, ordering.NEWEST_FIRST),
        cursors.fingerprint(TICKETS, FilterExpr(words=("a",)), order),
        cursors.fingerprint(nouns.collection(field("text", "title")), asked, order),
        cursors.fingerprint(
            TICKETS, filters.parsed({("rank", "eq"): "7"}, TICKETS, READABLE), order
        ),
    )
    assert len({mark, *others}) == 6
    for other in others:
        with pytest.raises(exceptions.CursorMismatch):
            cursors.after(cursor, order, other)


@given(st.text(max_size=30) | st.binary(max_size=60).map(lambda one: one.hex()))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors.after(text, ordering.NEWEST_FIRST, "0" * 16)


@pytest.mark.parametrize(
    "told",
    [
        [],
        ["m", "x"],
        ["m", str(new_id()), [False, 0, "2026-01-01", "a"]],
        ["m", str(new_id()), [False, 0, "2026-01-01T00:00:00Z", "a\x00"]],
        ["m", str(new_id()), [False, 0, "2026-01-01T00:00:00Z", "\ud800"]],
        ["m", str(new_id()), [False, "x", "2026-01-01T00:00:00Z", "a"]],
        ["m", str(new_id())],
        "x",
        None,
    ],
)
def test_what_only_looks_like_a_cursor_is_refused(told: object) -> None:
    cursor = urlsafe_b64encode(json.dumps(told).encode()).decode()
    with pytest.raises(InvalidCursor):
        cursors.after(cursor, ordering.NEWEST_FIRST, "m")
