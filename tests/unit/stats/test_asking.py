"""Questions that are more than a number over time."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.events import MemberAdded
from core.billing.events import InvoicePaid
from core.models import Actor, UserId
from core.stats import exceptions, schemas, service
from core.stats.conditions import Condition, hold
from tests.factories import new_id
from tests.unit.stats.desk import DAY, NOW, Desk, order

RANGE: dict[str, Any] = {"from": NOW - 30 * DAY, "to": NOW + DAY}


async def test_what_is_most_comes_first(desk: Desk) -> None:
    await desk.send(
        *(order(props={"country": "de", "amount": 1}) for _ in range(3)),
        order(props={"country": "at", "amount": 9}),
        order(props={"amount": 2}),
    )

    async def top(**about: Any) -> list[tuple[str, float]]:
        query = schemas.TopQuery.model_validate(RANGE | {"by": "country"} | about)
        found = await desk.use(service.QueryTop)(query, desk.owner)
        return [(one.key, one.value) for one in found.items] + [("more", float(found.more))]

    assert await top(limit=2) == [("de", 3), ("", 1), ("more", 1)]
    assert await top(aggregation="sum", property="amount") == [
        ("at", 9),
        ("de", 3),
        ("", 2),
        ("more", 0),
    ]


async def test_a_funnel_says_where_they_are_lost(desk: Desk) -> None:
    for who, steps in (("ada", 3), ("bob", 2), ("eve", 1)):
        for at, name in enumerate(("visit", "sign_up", "buy")[:steps]):
            await desk.send(order(5 - at, name=name, subject=who))
    query = schemas.FunnelQuery.model_validate(
        RANGE | {"steps": [{"event": name} for name in ("visit", "sign_up", "buy")]}
    )

    found = await desk.use(service.QueryFunnel)(query, desk.owner)

    assert [one.count for one in found.steps] == [3, 2, 1]
    assert [one.share for one in found.steps] == [1, 0.6667, 0.3333]
    assert [one.share_of_previous for one in found.steps] == [1, 0.6667, 0.5]


async def test_who_was_new_comes_back_in_later_weeks(desk: Desk) -> None:
    await desk.send(order(20, name="sign_up", subject="ada"), order(19, subject="ada"))
    await desk.send(order(6, subject="ada"), order(13, name="sign_up", subject="bob"))
    query = schemas.RetentionQuery.model_validate(
        {"from": NOW - 21 * DAY, "to": NOW, "period": "week", "tz": "Europe/Berlin"}
        | {"first": {"event": "sign_up"}, "again": {"event": "order.placed"}}
    )

    found = await desk.use(service.QueryRetention)(query, desk.owner)

    assert [one.size for one in found.cohorts] == [1, 1, 0, 0]
    assert [one.returned for one in found.cohorts] == [[1, 0, 1, 0], [0, 0, 0], [0, 0], [0]]


async def test_so_many_periods_are_told_and_no_more(desk: Desk) -> None:
    query = schemas.RetentionQuery.model_validate(
        {"from": NOW - 61 * DAY, "to": NOW, "period": "day"}
        | {"first": {"event": "sign_up"}, "again": {"event": "buy"}}
    )

    with pytest.raises(exceptions.QueryTooExpensive):
        await desk.use(service.QueryRetention)(query, desk.owner)


async def test_the_time_before_is_told_beside(desk: Desk) -> None:
    await desk.send(order(1), order(8), order(9), order(9))

    answer = await desk.ask(**{"from": NOW - 7 * DAY, "to": NOW}, compare="previous_period")

    assert answer.previous is not None
    assert [int(one[0].total or 0) for one in (answer.series, answer.previous)] == [1, 3]
    assert answer.previous[0].points[0].begin == NOW - 14 * DAY


async def test_it_is_told_how_it_goes_without_being_asked(desk: Desk) -> None:
    organization_id = desk.owner.require_organization()
    system = Actor(kind="system")
    record = desk.use(service.RecordSystemEvent)
    for days, total in ((1, 500), (2, 700), (40, 300)):
        await record(
            InvoicePaid(
                organization_id=organization_id,
                invoice_id=f"in_{days}",
                total=total,
                currency="eur",
                at=NOW - days * DAY,
            ),
            system,
        )
    await record(
        MemberAdded(
            organization_id=organization_id, user_id=UserId(new_id()), role="member", at=NOW
        ),
        system,
    )
    await desk.send(order(0, subject="ada"), order(3, subject="bob"), order(20, subject="eve"))

    overview = await desk.use(service.GetOverview)(None, desk.owner)

    told = {(one.key, one.currency): (one.value, one.previous) for one in overview.cards}
    expected: dict[tuple[str, str | None], tuple[float, float]] = {
        ("revenue", "eur"): (1200, 300),
        ("new_members", None): (1, 0),
        ("active_daily", None): (2, 0),
        ("active_weekly", None): (3, 0),
        ("active_monthly", None): (4, 0),
    }
    assert told | expected == told
    assert ("mrr", None) not in told


async def test_what_may_be_asked_for_is_told(desk: Desk) -> None:
    limits = await desk.use(service.GetLimits)(None, desk.owner)

    assert limits.intervals["minute"] == timedelta(hours=6).total_seconds()


scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"])


@given(found=scalars, wanted=scalars)
def test_something_is_equal_or_is_not(found: Any, wanted: Any) -> None:
    def holds(op: Any) -> bool:
        return hold((Condition(property="key", op=op, value=wanted),), {"key": found})

    assert holds("eq") is not holds("ne")
    assert hold((Condition(property="key", op="in", value=(wanted,)),), {"key": found}) is holds(
        "eq"
    )
    assert not hold((Condition(property="key", value=wanted),), {})
    if isinstance(wanted, str | int) and not isinstance(wanted, bool):
        if type(found) is type(wanted):
            assert holds("lt") + holds("eq") + holds("gt") == 1
            assert holds("lte") is (holds("lt") or holds("eq"))
        else:
            assert not holds("lt")
            assert not holds("gte")


@pytest.mark.parametrize(
    ("op", "value"),
    [("in", "a"), ("in", []), ("exists", "yes"), ("gt", True), ("starts_with", 1), ("eq", ["a"])],
)
def test_conditions_that_make_no_sense_are_none(op: str, value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever rule
        Condition.model_validate({"property": "key", "op": op, "value": value})
