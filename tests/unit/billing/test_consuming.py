"""Allowances that are used up, and what is paid for by usage."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from core.billing import exceptions, schemas, service
from core.billing.catalogue import Allowance, Catalogue, Plan, Price, Switch
from core.billing.models import UsageReport
from core.exceptions import PermissionDenied
from tests.unit.billing.desk import SYSTEM, Desk

FREE = Plan(key="free", name="Free", features={"calls": Allowance(meter="calls", included=10)})
METERED = Plan(
    key="metered",
    name="Metered",
    prices=(
        Price(lookup_key="metered_monthly", amount=900, currency="eur"),
        Price(lookup_key="calls_monthly", amount=2, currency="eur", role="metered", meter="calls"),
        Price(lookup_key="calls_usd", amount=2, currency="usd", role="metered", meter="calls"),
    ),
    features={
        "calls": Allowance(meter="calls", included=100, soft=True),
        "sso": Switch(),
    },
)


@pytest.fixture(autouse=True)
async def _sold(desk: Desk) -> None:
    await desk.apply(Catalogue(free="free", plans=(FREE, METERED)))
    desk.forget()


async def use(desk: Desk, amount: int = 1, **about: Any) -> schemas.EntitlementView:
    command = schemas.Consume(feature="calls", amount=amount, **about)
    return await desk.use(service.Consume)(command, desk.owner)


async def left(desk: Desk) -> schemas.EntitlementView:
    reference = schemas.EntitlementReference(feature="calls")
    return await desk.use(service.GetEntitlement)(reference, desk.owner)


async def test_an_allowance_is_used_up(desk: Desk) -> None:
    told = await use(desk, 7)
    assert (told.used, told.remaining, told.limit) == (7, 3, 10)

    with pytest.raises(exceptions.LimitExceeded) as refused:
        await use(desk, 4)
    assert refused.value.members == {"remaining": 3}
    assert (await use(desk, 3)).remaining == 0

    assert (await left(desk)).used == 10  # what was refused did not count


async def test_of_many_at_once_nobody_gets_too_much(desk: Desk) -> None:
    told = await asyncio.gather(*(use(desk, 3) for _ in range(10)), return_exceptions=True)

    assert [type(one) for one in told].count(exceptions.LimitExceeded) == 7
    assert (await left(desk)).used == 9


async def test_the_same_use_counts_once(desk: Desk) -> None:
    same = uuid4()

    told = [await use(desk, 6, id=same) for _ in range(3)]

    assert [one.used for one in told] == [6, 6, 6]


async def test_a_new_month_is_a_new_allowance(desk: Desk) -> None:
    await use(desk, 10)

    desk.clock.forward(days=32)

    assert (await use(desk, 10)).remaining == 0


async def test_a_soft_allowance_lets_everybody_past_and_counts(desk: Desk) -> None:
    await desk.subscribe("metered_monthly")

    told = await use(desk, 150)

    assert (told.used, told.remaining, told.soft) == (150, 0, True)


async def test_the_period_is_the_one_that_is_paid_for(desk: Desk) -> None:
    await use(desk, 5)
    desk.clock.forward(minutes=1)
    await desk.subscribe("metered_monthly")

    assert (await left(desk)).used == 0
    await use(desk, 20)
    assert (await left(desk)).used == 20


async def test_only_what_is_metered_is_used_up(desk: Desk) -> None:
    await desk.subscribe("metered_monthly")

    with pytest.raises(exceptions.NotMetered):
        await desk.use(service.Consume)(schemas.Consume(feature="sso"), desk.owner)
    with pytest.raises(exceptions.FeatureNotInPlan):
        await desk.use(service.Consume)(schemas.Consume(feature="nothing"), desk.owner)
    with pytest.raises(PermissionDenied):
        await desk.use(service.Consume)(schemas.Consume(feature="calls"), desk.as_role("viewer"))


async def report(desk: Desk) -> int:
    return await desk.use(service.ReportUsage)(schemas.ReportUsage(), SYSTEM)


async def reported(desk: Desk) -> list[UsageReport]:
    async with desk.ledger.opened("test") as state:
        return list(state.usage.values())


async def test_who_pays_by_usage_has_both_prices_on_the_bill(desk: Desk) -> None:
    await desk.subscribe("metered_monthly")

    [told] = (await desk.told()).values()

    assert [(one.lookup_key, one.quantity) for one in told.items] == [
        ("metered_monthly", 1),
        ("calls_monthly", None),
    ]


async def test_each_hour_is_put_on_the_bill_once_it_is_over(desk: Desk) -> None:
    await desk.subscribe("metered_monthly")
    await use(desk, 5)
    assert await report(desk) == 0
    desk.clock.forward(hours=1)
    await use(desk, 7)
    desk.clock.forward(hours=1, minutes=10)

    assert await report(desk) == 2

    assert [one.value for one in await reported(desk)] == [5, 7]
    assert await report(desk) == 0


async def test_an_hour_that_was_told_before_a_crash_counts_once(desk: Desk) -> None:
    await desk.subscribe("metered_monthly")
    await use(desk, 5)
    desk.clock.forward(hours=2)
    accounts: Any = desk.container.billing_accounts()
    put, failing = accounts.put, [True]

    async def once(account: Any) -> None:
        if failing and failing.pop():
            raise RuntimeError("killed")
        await put(account)

    accounts.put = once
    with pytest.raises(RuntimeError):
        await report(desk)

    await report(desk)

    assert [one.value for one in await reported(desk)] == [5]


async def test_what_the_provider_does_not_take_is_told_later(desk: Desk) -> None:
    await desk.subscribe("metered_monthly")
    await use(desk, 5)
    desk.clock.forward(hours=2)
    desk.fail("usage.report")

    assert await report(desk) == 0
    desk.clock.forward(hours=1)
    assert await report(desk) == 1

    assert [one.value for one in await reported(desk)] == [5]


async def test_who_pays_nothing_by_usage_is_not_reported(desk: Desk) -> None:
    await use(desk, 5)
    desk.clock.forward(hours=2)

    assert await report(desk) == 0
