"""Meters say what the events say, however they came to be."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exceptions import VersionMismatch
from core.stats import exceptions, metering, schemas, service
from core.stats.models import Event, EventId, Meter, MeterId
from tests.factories import new_id
from tests.unit.stats.desk import DAY, NOW, Desk, order, totals

type Change = Callable[..., Any]


async def test_a_meter_is_building_until_what_was_before_is_added(desk: Desk) -> None:
    await desk.send(*(order(n) for n in range(5)))
    command = schemas.CreateMeter(slug="orders", event_name="order.placed")
    made = await desk.use(service.CreateMeter)(command, desk.owner)
    await desk.send(order(2), order(40))

    assert made.state == "building"
    with pytest.raises(exceptions.MeterBuilding):
        await desk.usage()
    await desk.application.work(wait=False)

    assert (await desk.usage()).series[0].total == 6
    shown = await desk.use(service.GetMeter)(schemas.MeterReference(slug="orders"), desk.owner)
    assert (shown.state, shown.built_until) == ("active", None)


async def test_built_twice_nothing_is_added_twice(desk: Desk) -> None:
    await desk.send(*(order(n) for n in range(5)))
    await desk.measure()
    job = schemas.BuildMeter(organization_id=desk.owner.require_organization(), slug="orders")

    await desk.application.carry_out(job)
    await desk.application.carry_out(job)

    assert (await desk.usage()).series[0].total == 5


async def test_changed_it_adds_up_all_anew(desk: Desk) -> None:
    await desk.send(*(order(props={"country": c}) for c in ("de", "de", "at")))
    made = await desk.measure()
    update = desk.use(service.UpdateMeter)

    titled = await update(schemas.UpdateMeter(slug="orders", title="Orders"), desk.owner)
    assert (titled.title, titled.state, titled.version) == ("Orders", "active", made.version + 1)
    with pytest.raises(VersionMismatch):
        await update(schemas.UpdateMeter(slug="orders", title=None, expected_version=1), desk.owner)
    changed = await update(
        schemas.UpdateMeter.model_validate(
            {
                "slug": "orders",
                "dimensions": ["country"],
                "filter": [{"property": "country", "op": "eq", "value": "de"}],
                "expected_version": titled.version,
            }
        ),
        desk.owner,
    )
    await desk.application.work(wait=False)

    assert changed.state == "building"
    assert totals(await desk.usage(group_by="country")) == [("de", 2)]
    with pytest.raises(exceptions.MeterNotFound):
        await update(schemas.UpdateMeter(slug="none"), desk.owner)


async def test_where_it_differs_from_the_events_is_found(desk: Desk) -> None:
    await desk.measure(aggregation="sum", property="amount")
    await desk.send(
        order(1, subject="ada", props={"amount": 5}), order(1, subject="bob", props={"amount": 2})
    )
    query = schemas.VerifyMeter.model_validate(
        {"slug": "orders", "from": NOW - 7 * DAY, "to": NOW + DAY}
    )
    assert await desk.use(service.VerifyMeter)(query, desk.owner) == []

    await desk.use(service.EraseSubject)(schemas.EraseSubject(subject="ada"), desk.owner)

    [found] = await desk.use(service.VerifyMeter)(query, desk.owner)
    assert found.bucket == NOW - DAY
    assert (found.meter, found.events) == ((2, Decimal(7)), (1, Decimal(2)))
    await desk.use(service.BackfillMeter)(schemas.MeterReference(slug="orders"), desk.owner)
    await desk.application.work(wait=False)
    assert await desk.use(service.VerifyMeter)(query, desk.owner) == []


@pytest.mark.parametrize(
    ("kind", "asked", "expected"),
    [
        ("sum", "avg", 2.5),
        ("sum", "count", 4),
        ("min", "max", 4),
        ("max", "last", 4),
        ("histogram", "p50", 2),
        ("histogram", "p99", 4),
        ("histogram", None, 2),
        ("unique", None, 2),
    ],
)
async def test_a_meter_knows_more_than_one_thing(
    desk: Desk, kind: str, asked: str | None, expected: float
) -> None:
    await desk.measure(aggregation=kind, property=None if kind == "unique" else "amount")
    await desk.send(
        *(order(4 - n, subject=f"user-{n % 2}", props={"amount": n}) for n in range(1, 5))
    )

    [series] = (await desk.usage(aggregation=asked)).series

    assert float(series.total or 0) == pytest.approx(expected, rel=0.021)


async def test_what_it_does_not_know_is_said(desk: Desk) -> None:
    await desk.measure()

    with pytest.raises(exceptions.Unmetered):
        await desk.usage(aggregation="sum")


values = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["x", "y"])
happenings = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from("ab"), values, values), max_size=30
)


@settings(max_examples=60)
@given(
    told=happenings,
    cut=st.integers(0, 30),
    aggregation=st.sampled_from(["count", "sum", "min", "max", "last", "unique", "histogram"]),
)
def test_however_it_is_split_a_meter_adds_up_the_same(
    told: list[tuple[int, str, Any, Any]], cut: int, aggregation: Any
) -> None:
    organization_id = new_id()
    meter = Meter.model_validate(
        {
            "id": MeterId(new_id()),
            "organization_id": organization_id,
            "slug": "a",
            "event_name": "a",
            "aggregation": aggregation,
            "property": None if aggregation == "count" else "x",
            "dimensions": ("y",),
            "created_at": NOW,
        }
    )
    events = [
        Event.model_validate(
            {
                "id": EventId(new_id()),
                "organization_id": organization_id,
                "name": name,
                "time": NOW - DAY * minutes / 1440,
                "props": {"x": x, "y": y},
            }
        )
        for minutes, name, x, y in told
    ]

    whole = metering.contributions([meter], events)
    parts = metering.contributions([meter], events[:cut]) + metering.contributions(
        [meter], events[cut:]
    )

    places: dict[Any, list[Any]] = {}
    for one in parts:
        places.setdefault((one.bucket, tuple(sorted(one.dims.items()))), []).append(one)
    merged = [metering.together(all_) for all_ in places.values()]
    assert sorted(map(repr, merged)) == sorted(map(repr, whole))


@given(value=st.decimals("-1e12", "1e12", allow_nan=False, places=4))
def test_a_step_of_a_histogram_is_near_what_is_on_it(value: Decimal) -> None:
    height = metering.height(metering.step(value))

    assert abs(height - value) <= abs(value) * Decimal("0.0201")


def test_a_percentile_is_what_such_a_share_is_not_above() -> None:
    steps = {metering.step(Decimal(n)): 1 for n in (1, 10, 100, 1000)}

    assert float(metering.percentile(steps, 0.5)) == pytest.approx(10, rel=0.021)
    assert float(metering.percentile(steps, 0.99)) == pytest.approx(1000, rel=0.021)
