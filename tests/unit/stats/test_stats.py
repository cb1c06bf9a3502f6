"""Events in, numbers out."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.billing.events import InvoicePaid
from core.exceptions import InvalidCursor, PermissionDenied
from core.models import Actor
from core.stats import exceptions, schemas, service
from tests.contracts.founding import as_role, owning
from tests.unit.stats.desk import DAY, NOW, Desk, order, totals, values

# --- Taking ---------------------------------------------------------------------------------------


async def test_events_are_taken_once(desk: Desk) -> None:
    sent = [order(n % 5) for n in range(20)]

    first = await desk.send(*sent)
    again = await desk.send(*sent[5:], order())

    assert (first.inserted, first.duplicates) == (20, 0)
    assert (again.inserted, again.duplicates) == (1, 15)
    assert (await desk.ask()).series[0].total == 21


async def test_however_they_are_split_and_ordered_it_is_the_same(desk: Desk) -> None:
    pick = random.Random(7)  # noqa: S311 - a test's choice
    await desk.measure()
    sent = [order(pick.randrange(7)) for _ in range(60)]

    async def client() -> None:
        mine = sent[:]
        pick.shuffle(mine)
        while mine:
            some, mine = mine[: (size := pick.randrange(1, 12))], mine[size:]
            await desk.send(*some, *some[:2])

    await asyncio.gather(*(client() for _ in range(4)))

    assert (await desk.ask()).series[0].total == 60
    assert (await desk.usage()).series[0].total == 60


async def test_one_that_is_wrong_costs_no_other(desk: Desk) -> None:
    told = await desk.send(
        order(),
        order(name="Order Placed"),
        order(name="$billing.invoice_paid"),
        order(props={"a": [1]}),
        order(props={"a": float("nan")}),
        order(props={"a": float("inf")}),
        order(props={str(n) + "x": n for n in range(60)}),
        order(props={"long": "x" * 501}),
        order(time=(NOW + DAY).isoformat()),
        order(time=(NOW - 500 * DAY).isoformat()),
        order(time="2026-05-20T12:00:00"),
        order(time="0001-01-01T00:00:00+14:00"),
        order(time="9999-12-31T23:59:59-14:00"),
        {"name": "order.placed", "id": "ffffffff-ffff-7fff-bfff-ffffffffffff"},
        {"name": "order.placed", "id": str(uuid4())},
        order(surprise=True),
        {},
    )

    assert told.inserted == 1
    assert [one.index for one in told.rejected] == list(range(1, 17))
    codes = {one.index: one.code for one in told.rejected}
    assert [codes[n] for n in (8, 9, 11, 12)] == ["out_of_range"] * 4
    assert [codes[n] for n in (13, 14)] == ["time_required"] * 2
    assert codes[3] == codes[4] == codes[5] == "scalar"


async def test_where_nothing_can_be_taken_that_is_said(desk: Desk) -> None:
    with pytest.raises(exceptions.NothingTaken) as refused:
        await desk.send({"name": "order.placed", "time": "yesterday"}, {})

    assert [one.pointer for one in refused.value.errors] == ["/events/0", "/events/1"]


async def test_an_event_without_time_and_id_is_of_now(desk: Desk) -> None:
    await desk.send({"name": "order.placed"})

    page = await desk.use(service.ListStatsEvents)(schemas.ListEvents(), desk.owner)
    assert [one.time for one in page.items] == [NOW]


async def test_events_are_listed_page_by_page(desk: Desk) -> None:
    await desk.send(*(order(n) for n in range(5)))
    listing = desk.use(service.ListStatsEvents)

    first = await listing(schemas.ListEvents(limit=3), desk.owner)
    rest = await listing(schemas.ListEvents(limit=3, cursor=first.next_cursor), desk.owner)

    times = [one.time for one in (*first.items, *rest.items)]
    assert times == [NOW - n * DAY for n in range(5)]
    assert rest.next_cursor is None
    for wrong in ("!", "bm9uc2Vuc2U", "MjAyNi0wMS0wMSAx"):
        with pytest.raises(InvalidCursor):
            await listing(schemas.ListEvents(cursor=wrong), desk.owner)


async def test_what_somebody_did_is_forgotten(desk: Desk) -> None:
    await desk.send(order(subject="ada"), order(subject="bob"))

    erased = await desk.use(service.EraseSubject)(schemas.EraseSubject(subject="ada"), desk.owner)

    assert erased == 1
    assert (await desk.ask()).series[0].total == 1


# --- Asking ---------------------------------------------------------------------------------------


async def test_days_without_anything_are_nought(desk: Desk) -> None:
    await desk.send(order(0), order(0), order(2))

    answer = await desk.ask(interval="day", tz="Europe/Berlin")

    assert [int(one or 0) for one in values(answer)] == [0, 0, 0, 0, 0, 1, 0, 2, 0]
    points = answer.series[0].points
    assert points[0].begin == NOW - 7 * DAY
    assert points[1].begin == datetime(2026, 5, 13, 22, tzinfo=UTC)
    assert sum(one or 0 for one in values(answer)) == answer.series[0].total == 3


async def test_what_could_not_be_compared_is_nothing(desk: Desk) -> None:
    await desk.send(order(1, props={"amount": 4}), order(0, props={"amount": "much"}))

    answer = await desk.ask(interval="day", aggregation="avg", property="amount")

    assert [one for one in values(answer) if one is not None] == [4]
    assert answer.series[0].total == 4


async def test_groups_come_the_largest_first(desk: Desk) -> None:
    await desk.send(
        *(order(props={"country": "de"}) for _ in range(3)),
        order(props={"country": "at"}),
        order(),
    )

    answer = await desk.ask(group_by=["country"])

    assert totals(answer) == [("de", 3), ("", 1), ("at", 1)]
    assert not answer.meta.overflow


async def test_of_too_many_groups_the_largest_are_told(desk: Desk) -> None:
    await desk.send(*(order(props={"n": n}) for n in range(150)), order(props={"n": 149}))

    answer = await desk.ask(group_by=["n"])

    assert (len(answer.series), answer.meta.overflow) == (100, True)
    assert answer.series[0].dims == {"n": "149"}


@pytest.mark.parametrize(
    "about",
    [
        {"from": NOW, "to": NOW},
        {"aggregation": "sum"},
        {"aggregation": "count", "property": "amount"},
        {"aggregation": "median", "property": "amount"},
        {"interval": "fortnight"},
        {"from": "2026-05-01T00:00:00"},
    ],
)
def test_nonsense_is_no_question(about: dict[str, Any]) -> None:
    known: dict[str, Any] = {"from": NOW - DAY, "to": NOW}
    with pytest.raises(ValueError):  # noqa: PT011 - whichever rule
        schemas.Query.model_validate(known | about)


async def test_what_would_be_too_much_is_refused(desk: Desk) -> None:
    with pytest.raises(exceptions.QueryTooExpensive):
        await desk.ask(interval="minute")
    with pytest.raises(exceptions.UnknownZone):
        await desk.ask(interval="day", tz="Mars/Olympus")


# --- Meters ---------------------------------------------------------------------------------------


async def test_a_meter_knows_what_was_before_it_and_what_comes(desk: Desk) -> None:
    await desk.send(*(order(n, props={"amount": n, "country": "de"}) for n in range(5)))
    await desk.measure(aggregation="sum", property="amount", dimensions=["country"])
    await desk.send(order(1, props={"amount": 0.5}), order(1, props={"amount": "much"}))

    answer = await desk.usage(interval="day", group_by="country")
    raw = await desk.ask(interval="day", aggregation="sum", property="amount", group_by=["country"])

    assert answer.meta.source == "rollup"
    assert answer.series == raw.series
    assert totals(answer) == [("de", 10), ("", 0.5)]


@pytest.mark.parametrize("aggregation", ["count", "sum", "avg", "min", "max"])
async def test_the_edges_of_a_range_between_quarters_come_from_the_events(
    desk: Desk, aggregation: Any
) -> None:
    await desk.measure(aggregation="sum", property="amount", dimensions=["country"])
    countries = ("de", "at")
    for n in range(60):
        props = {"amount": n, "country": countries[n % 2]}
        await desk.send(order(0, time=NOW - n * timedelta(minutes=25), props=props))

    between: dict[str, Any] = {
        "from": NOW - DAY + timedelta(minutes=1, seconds=7),
        "to": NOW - timedelta(minutes=19),
        "interval": "day",
        "group_by": "country",
    }
    answer = await desk.usage(**between, aggregation=aggregation)
    raw = await desk.ask(
        **between | {"group_by": ["country"]},
        aggregation=aggregation,
        property=None if aggregation == "count" else "amount",
    )

    assert answer.meta.source == "rollup"
    assert answer.series == raw.series


@pytest.mark.parametrize(
    ("about", "total"),
    [
        ({"from": NOW - timedelta(minutes=90), "interval": "minute"}, 1),
        ({"from": NOW - timedelta(minutes=1), "to": NOW + timedelta(minutes=9)}, 1),
        ({"from": NOW - DAY + timedelta(minutes=1), "to": NOW - DAY + timedelta(minutes=9)}, 0),
    ],
)
async def test_what_is_cut_within_quarters_comes_from_the_events(
    desk: Desk, about: dict[str, Any], total: int
) -> None:
    await desk.measure()
    await desk.send(order(0), order(1))

    answer = await desk.usage(**{"to": NOW + timedelta(minutes=1)} | about)

    assert answer.meta.source == "raw"
    assert answer.series[0].total == total


async def test_meters_are_listed_and_removed(desk: Desk) -> None:
    await desk.measure()
    with pytest.raises(exceptions.MeterTaken):
        await desk.measure()
    listed = await desk.use(service.ListMeters)(None, desk.owner)
    assert [one.slug for one in listed.items] == ["orders"]

    await desk.use(service.DeleteMeter)(schemas.DeleteMeter(slug="orders"), desk.owner)

    with pytest.raises(exceptions.MeterNotFound):
        await desk.use(service.DeleteMeter)(schemas.DeleteMeter(slug="orders"), desk.owner)
    with pytest.raises(exceptions.MeterNotFound):
        await desk.usage()


# --- Whose ----------------------------------------------------------------------------------------


async def test_another_organization_counts_its_own(desk: Desk) -> None:
    await desk.send(order())
    desk.owner = await owning(desk.container)

    assert (await desk.ask()).series[0].total == 0
    assert (await desk.use(service.ListNames)(schemas.ListNames(), desk.owner)).items == []


async def test_who_only_looks_sends_and_decides_nothing(desk: Desk) -> None:
    desk.owner = as_role(desk.container, desk.owner, "viewer")

    assert (await desk.ask()).series[0].total == 0
    with pytest.raises(PermissionDenied):
        await desk.send(order())
    with pytest.raises(PermissionDenied):
        await desk.measure()


async def test_what_happens_elsewhere_is_counted_once(desk: Desk) -> None:
    happened = InvoicePaid(
        organization_id=desk.owner.require_organization(),
        invoice_id="in_1",
        total=500,
        currency="eur",
        at=NOW - DAY,
    )

    for _ in range(3):
        await desk.use(service.RecordSystemEvent)(happened, Actor(kind="system"))

    answer = await desk.ask(event=None, aggregation="sum", property="total", group_by=["currency"])
    assert totals(answer) == [("eur", 500)]
    names = await desk.use(service.ListNames)(schemas.ListNames(), desk.owner)
    assert [one.name for one in names.items] == ["$billing.invoice_paid"]
