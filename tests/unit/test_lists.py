"""What can be asked of lists: the pure part, and that the reference tells all of it."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import exceptions
from core.listing import EVERYTHING, Found, ListRequest, Lists, WholeList
from core.listing.fields import field_of
from core.models import Model, PageRequest
from entrypoints.http import app as http
from entrypoints.http.routing import StrictRoute
from tests.contracts.listing import requests

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "lists.md"


class Thing(Model):
    id: UUID
    name: str
    size: int | None = None
    tags: tuple[str, ...] = ()
    hot: bool = False
    data: dict[str, int] | None = None


class ListThings(ListRequest):
    lists = Lists(Thing, "id name size tags hot", "name size hot")

    q: str | None = None


class ListFewThings(WholeList):
    lists = Lists(Thing, "name", "size", key="name", default="-size")


things = st.lists(
    st.builds(
        Thing,
        id=st.uuids(),
        name=st.sampled_from("aAbä\U0001f600\uffff"),
        size=st.none() | st.integers(-1, 1),
        tags=st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
        hot=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


def pages(asked: ListRequest, rows: list[Thing]) -> list[Thing]:
    seen: list[Thing] = []
    cursor: str | None = None
    while True:
        page = asked.evolve(cursor=cursor).among(rows)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            return seen


@given(rows=things, data=st.data())
def test_pages_are_the_whole_list(rows: list[Thing], data: st.DataObject) -> None:
    asked = data.draw(requests(ListThings, rows))

    assert pages(asked, rows) == asked.evolve(limit=100).among(rows).items


@given(rows=things, later=things, data=st.data())
def test_what_was_there_is_seen_once_whatever_comes_meanwhile(
    rows: list[Thing], later: list[Thing], data: st.DataObject
) -> None:
    asked = data.draw(requests(ListThings, rows)).evolve(limit=2)
    first = asked.among(rows)
    known = {one.id for one in rows}
    more = [one for one in later if one.id not in known]

    rest = (
        pages_from(asked, first.next_cursor, [*rows, *more]) if first.next_cursor else list[Thing]()
    )

    seen = [one for one in (*first.items, *rest) if one.id in known]
    assert seen == asked.evolve(limit=100).among(rows).items


def pages_from(asked: ListRequest, cursor: str | None, rows: list[Thing]) -> list[Thing]:
    seen: list[Thing] = []
    while cursor is not None:
        page = asked.evolve(cursor=cursor).among(rows)
        seen += page.items
        cursor = page.next_cursor
    return seen


def test_a_list_of_which_nothing_is_asked_keeps_its_short_cursor() -> None:
    rows = [Thing(id=UUID(int=number), name="a") for number in range(3)]

    page = ListThings(limit=1).among(rows)

    assert page.items == rows[:1:-1]
    assert len(page.next_cursor or "") == 22
    assert ListThings().window() == {"limit": 26, "before": None, "listing": EVERYTHING}
    old = PageRequest(limit=1).page(rows[::-1], lambda one: one.id)
    assert old.next_cursor == page.next_cursor


def test_a_plain_page_is_a_request_for_any_list() -> None:
    asked = ListThings.of(PageRequest(limit=3, cursor="x"))

    assert (asked.limit, asked.cursor, asked.sort) == (3, "x", None)
    assert ListThings.of(asked) is asked
    assert ListThings.of(None).limit == 25
    assert ListFewThings.of(None).limit == 100


def test_a_cursor_is_bound_to_what_else_the_list_was_asked() -> None:
    rows = [Thing(id=UUID(int=number), name="a") for number in range(3)]
    cursor = ListThings(limit=1, sort="name", q="a").among(rows).next_cursor

    with pytest.raises(exceptions.CursorMismatch):
        ListThings(limit=1, sort="name", q="b", cursor=cursor).among(rows)


def test_a_list_has_an_order_of_its_own() -> None:
    rows = [Thing(id=UUID(int=number), name="abc"[number], size=number) for number in range(3)]

    assert [one.name for one in ListFewThings().among(rows).items] == ["c", "b", "a"]
    assert [one.name for one in ListFewThings(sort="name").among(rows).items] == ["a", "b", "c"]


def test_what_is_missing_comes_last_and_first_the_other_way_round() -> None:
    rows = [Thing(id=UUID(int=1), name="a", size=2), Thing(id=UUID(int=2), name="a")]

    assert [one.size for one in ListThings(sort="size").among(rows).items] == [2, None]
    assert [one.size for one in ListThings(sort="-size").among(rows).items] == [None, 2]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("name", "in", '"a,b",c'), {"a,b", "c"}),
        (("name", "in", ""), set()),
        (("name", "in", '""'), {""}),
        (("name", "icontains", "A"), {"a,b"}),
        (("size", "ne", "1"), {"c", ""}),
        (("size", "gte", "1"), {"a,b"}),
        (("size", "is_null", "true"), {"c"}),
        (("tags", "contains", "x"), {"a,b"}),
    ],
)
def test_conditions_hold(condition: tuple[str, str, str], found: set[str]) -> None:
    rows = [
        Thing(id=UUID(int=1), name="a,b", size=1, tags=("x",)),
        Thing(id=UUID(int=2), name="c"),
        Thing(id=UUID(int=3), name="", size=0),
    ]

    assert {one.name for one in ListThings(filter=(condition,)).among(rows).items} == found


def test_a_count_is_of_all_pages() -> None:
    rows = [Thing(id=UUID(int=number), name="a") for number in range(3)]

    assert ListThings(limit=1, count="exact").among(rows).count == 3
    assert "count" not in ListThings(limit=1).among(rows).model_dump()
    assert ListThings().answer(Found(rows[:1], 7)).count == 7


def test_a_list_knows_no_field_that_it_can_not_compare() -> None:
    with pytest.raises(TypeError, match=r"Thing\.data"):
        field_of(Thing, "data")


def documented() -> dict[str, tuple[list[str], list[str]]]:
    rows = re.findall(r"^\| `([/.]\S+)` \| (.+?) \| (.+?) \|$", REFERENCE.read_text(), re.MULTILINE)
    return {path: (_names(filters), _names(sorts)) for path, filters, sorts in rows}


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_reference_tells_every_list_and_what_it_takes() -> None:
    known = {}
    routes = [route for router in http.ROUTERS for route in router.routes]
    for route in (one for one in routes if isinstance(one, StrictRoute)):
        for model in route.queried.values():
            if issubclass(model, ListRequest):
                path = route.path.replace("/v1/organizations/{organization_id}", "...")
                known[path] = (list(model.lists.filters), list(model.lists.sorts))

    assert documented() == known


def test_what_a_list_is_asked_by_is_what_it_shows() -> None:
    def subclasses(of: type[ListRequest]) -> list[type[ListRequest]]:
        return [each for one in of.__subclasses__() for each in (one, *subclasses(one))]

    for request in subclasses(ListRequest):
        if request is not WholeList:
            shown = set(request.lists.view.model_fields)
            assert request.lists.filters.keys() | request.lists.sorts.keys() <= shown, request
