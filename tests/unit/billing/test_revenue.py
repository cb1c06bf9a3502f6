"""What is paid a month, and that each time it moves is told once."""

from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.billing import revenue, schemas, service
from core.billing.catalogue import Catalogue, Interval, Rate
from core.billing.events import MrrChanged
from core.billing.models import Item, Mirrored, Pause, Wanted
from core.events.models import FanOut
from core.exceptions import PermissionDenied
from core.models import OrganizationId
from tests.contracts.billing import subscription, unique
from tests.factories import NOW
from tests.unit.billing.desk import CATALOGUE, OPERATOR, SOLO, SYSTEM, TEAM, Desk

DOLLARS = SOLO.prices[0].evolve(lookup_key="solo_dollars", amount=600, currency="usd")
IN_DOLLARS = CATALOGUE.evolve(
    plans=[plan.model_dump() for plan in (SOLO.evolve(prices=[*SOLO.prices, DOLLARS]), TEAM)],
    free=None,
)

amounts = st.decimals(min_value=0, max_value=10**8, places=3)
intervals = st.sampled_from(["day", "week", "month", "year"])
standings = st.dictionaries(
    st.sampled_from(["eur", "jpy", "usd"]), st.integers(0, 10**6), max_size=3
)


def item(amount: Any = 500, quantity: int | None = 1, **rate: Any) -> Item:
    known = {"amount": amount, "currency": "eur", "interval": "month"}
    given = Rate.model_validate(known | rate)
    return Item(id=unique("si"), price_id="price_1", quantity=quantity, rate=given)


def pays(*items: Item, **about: Any) -> Mirrored:
    return Mirrored(
        organization_id=OrganizationId(UUID(int=1)),
        subscription=subscription(items=items, **about),
        fetched_at=NOW,
    )


def monthly(*mirrored: Mirrored, catalogue: Catalogue = CATALOGUE) -> dict[str, int]:
    return revenue.monthly(mirrored, catalogue)


# --- What is paid a month -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "count", "amount", "expected"),
    [
        ("month", 1, 500, 500),
        ("month", 3, 1500, 500),
        ("year", 1, 12_000, 1000),
        ("year", 2, 12_000, 500),
        ("week", 1, 1200, 5200),
        ("week", 2, 1200, 2600),
        ("day", 1, 1200, 36_500),
        ("month", 1, Decimal("0.5"), 0),
        ("month", 1, Decimal("1.5"), 2),
        ("month", 1, Decimal("2.5"), 2),
    ],
)
def test_whatever_it_is_paid_for_is_brought_down_to_a_month(
    interval: Interval, count: int, amount: Any, expected: int
) -> None:
    found = monthly(pays(item(amount, interval=interval, interval_count=count)))

    assert found == {"eur": expected}


def test_it_is_rounded_once_for_all_that_an_organization_pays() -> None:
    third = item(100, interval="year")  # 8.33

    assert monthly(pays(third, third), pays(third)) == {"eur": 25}
    assert monthly(pays(item(Decimal("0.25"), 10_000))) == {"eur": 2500}


@pytest.mark.parametrize(
    "about",
    [
        *({"status": status} for status in ("trialing", "incomplete", "unpaid", "paused")),
        *({"status": status} for status in ("canceled", "incomplete_expired", "unknown")),
        {"pause": Pause(behavior="void")},
        {"pause": Pause(behavior="keep_as_draft", resumes_at=NOW)},
    ],
)
def test_what_brings_no_money_does_not_count(about: dict[str, Any]) -> None:
    assert monthly(pays(item(), **about)) == {}


def test_what_is_late_or_will_end_counts_until_it_does() -> None:
    assert monthly(pays(item(), status="past_due")) == {"eur": 500}
    assert monthly(pays(item(), cancel_at_period_end=True)) == {"eur": 500}


def test_what_goes_by_usage_does_not_recur() -> None:
    assert monthly(pays(item(), item(7, quantity=None))) == {"eur": 500}


def test_what_the_provider_says_is_preferred_to_what_is_sold_now() -> None:
    sold = Item(id="si_1", price_id="price_1", lookup_key="team_yearly", quantity=2)
    older = sold.evolve(rate=item(6000, interval="year").rate)

    assert monthly(pays(sold)) == {"eur": 2000}
    assert monthly(pays(older)) == {"eur": 1000}
    assert monthly(pays(sold.evolve(lookup_key="by_hand"))) == {}
    other = item(currency="usd")  # a price that is told in its first currency, and paid in another
    assert monthly(pays(other)) == {}
    assert monthly(pays(other, currency=None)) == {"usd": 500}


@given(st.lists(st.tuples(amounts, intervals, st.integers(1, 12), st.integers(0, 999)), max_size=5))
def test_however_it_is_split_up_it_is_the_same_within_half_a_unit_each(found: list[Any]) -> None:
    items = [
        item(amount, quantity, interval=interval, interval_count=count)
        for amount, interval, count, quantity in found
    ]

    together = monthly(pays(*items)).get("eur", 0)
    apart = [monthly(pays(one))["eur"] for one in items]

    assert monthly(*map(pays, items)).get("eur", 0) == together
    assert abs(together - sum(apart)) <= (len(items) + 1) / 2


# --- How it moves ---------------------------------------------------------------------------------


@given(st.lists(standings, max_size=8))
def test_whatever_is_paid_one_after_another_movements_add_up_to_it(found: list[Any]) -> None:
    known: Counter[str] = Counter()
    ever: set[str] = set()
    for paid in found:
        moved = list(revenue.movements(dict(known), paid))
        for one in moved:
            before, known[one.currency] = known[one.currency], known[one.currency] + one.delta
            assert one.mrr == known[one.currency] == before + one.delta
            assert (one.kind == "new") is (one.currency not in ever)
            assert (one.kind == "churn") is (one.mrr == 0)
            assert (one.kind in {"new", "reactivation"}) is (before == 0)
            assert (one.kind in {"contraction", "churn"}) is (one.delta < 0)
            ever.add(one.currency)
        assert [one.delta for one in moved] == sorted(one.delta for one in moved)
        assert {one: paid.get(one, 0) for one in known} == known
        assert {one for one in paid if paid[one]} <= known.keys()
        assert list(revenue.movements(dict(known), paid)) == []


def told(desk: Desk) -> list[tuple[str, int, int, str, str | None, str | None]]:
    """Everything that was heard of movements since it was last asked."""
    heard = [
        MrrChanged.model_validate(job.payload)
        for job, _ in desk.queue.waiting
        if isinstance(job, FanOut) and job.topic == MrrChanged.topic
    ]
    desk.forget()
    return [
        (one.kind, one.delta, one.mrr, one.currency, one.plan_before, one.plan_after)
        for one in heard
    ]


async def change(desk: Desk, price: str, quantity: int = 1) -> None:
    """Change what is paid for at the provider's own pages, and hear of it."""
    prices = await desk.container.shop().prices()
    [known] = (one for one in (await desk.told()).values() if one.ended_at is None)
    wanted = [Wanted(price_id=prices[price].id, quantity=quantity)]
    await desk.container.subscription_writer().change(known, wanted, "none", key=unique("key"))
    await hear(desk)


async def hear(desk: Desk) -> None:
    for _ in range(2):
        await desk.backfill(30 * 24 * 60)
        await desk.work_off()
        await desk.use(service.ReconcileBilling)(schemas.ReconcileBilling(), SYSTEM)


async def test_whoever_begins_to_pay_is_new_and_then_pays_more_or_less(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    assert told(desk) == [("new", 500, 500, "eur", None, "solo")]
    await hear(desk)
    assert told(desk) == []

    await change(desk, "team_monthly", 3)
    assert told(desk) == [("expansion", 3100, 3600, "eur", "solo", "team")]
    await change(desk, "team_yearly", 3)
    assert told(desk) == [("contraction", -600, 3000, "eur", "team", "team")]


async def test_whoever_ends_is_lost_and_may_come_back(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    await desk.order(service.CancelSubscription, schemas.CancelSubscription(when="period_end"))
    assert told(desk) == [("new", 500, 500, "eur", None, "solo")]

    desk.clock.forward(days=31)
    await hear(desk)
    assert told(desk) == [("churn", -500, 0, "eur", "solo", None)]
    await desk.subscribe("solo_monthly")
    assert told(desk) == [("reactivation", 500, 500, "eur", None, "solo")]


async def test_a_trial_is_new_when_it_is_paid(desk: Desk) -> None:
    await desk.subscribe("team_monthly")
    assert told(desk) == []

    desk.clock.forward(days=15)
    await hear(desk)
    assert told(desk) == [("new", 1200, 1200, "eur", None, "team")]


async def test_a_trial_that_nobody_paid_for_was_nothing(desk: Desk) -> None:
    await desk.subscribe("team_monthly")
    await desk.order(service.CancelSubscription, schemas.CancelSubscription(when="now"))

    assert told(desk) == []
    await desk.subscribe("team_monthly")
    assert told(desk) == [("new", 1200, 1200, "eur", None, "team")]


async def test_a_pause_is_a_loss_until_it_is_over(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    [known] = (await desk.told()).values()
    writer = desk.container.subscription_writer()
    told(desk)

    await writer.pause(known, Pause(behavior="void"), key="pause")
    await hear(desk)
    await writer.pause(known, None, key="unpause")
    await hear(desk)

    kinds = [("churn", -500, 0, "eur", "solo", None), ("reactivation", 500, 500, "eur", None)]
    assert told(desk) == [kinds[0], (*kinds[1], "solo")]


async def test_a_payment_that_is_late_is_lost_when_it_ends(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "0341")
    told(desk)

    desk.clock.forward(days=31)
    await hear(desk)
    assert [one.status for one in desk.mirrored.values()] == ["past_due"]
    assert told(desk) == []
    desk.clock.forward(days=45)
    await hear(desk)
    assert told(desk) == [("churn", -500, 0, "eur", "solo", None)]


async def test_another_currency_is_a_loss_in_the_one_and_new_in_the_other(desk: Desk) -> None:
    await desk.apply(IN_DOLLARS)
    await desk.subscribe("solo_monthly")
    [known] = (await desk.told()).values()
    told(desk)
    async with desk.ledger.opened("test") as state:
        sold = state.prices[state.sold_as["solo_dollars"]].sold
        in_dollars = known.evolve(
            id="sub_dollars", currency="usd", items=[known.items[0].evolve(id="si_2", **sold)]
        )
        state.subscriptions = {
            known.id: known.evolve(status="canceled", ended_at=NOW),
            in_dollars.id: in_dollars,
        }

    await hear(desk)

    assert told(desk) == [
        ("churn", -500, 0, "eur", "solo", "solo"),
        ("new", 600, 600, "usd", "solo", "solo"),
    ]


async def test_a_mirror_that_was_thrown_away_tells_nothing_again(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    told(desk)
    desk.container.store().table(Mirrored).clear()

    await hear(desk)

    assert len(desk.mirrored) == 1
    assert told(desk) == []


async def test_a_look_that_fails_tells_nothing_and_the_next_one_all(desk: Desk) -> None:
    checkout = await desk.checkout("solo_monthly")
    await desk.pay(checkout)
    desk.forget()
    put = desk.container.billing_accounts().put

    async def fails(_: object) -> None:
        raise ZeroDivisionError

    object.__setattr__(desk.container.billing_accounts(), "put", fails)
    with pytest.raises(ZeroDivisionError):
        await desk.sync(checkout)
    object.__setattr__(desk.container.billing_accounts(), "put", put)
    assert told(desk) == []

    await desk.sync(checkout)
    assert told(desk) == [("new", 500, 500, "eur", None, "solo")]


# --- What operators see ---------------------------------------------------------------------------


async def test_operators_see_what_all_pay_and_what_moved_lately(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    first, desk.owner = desk.owner, await desk.organization()
    await desk.subscribe("solo_monthly", "0341")
    desk.clock.forward(days=20)
    desk.owner = await desk.organization()
    await desk.subscribe("solo_monthly")
    desk.owner = first
    await desk.order(
        service.ChangeSubscription, schemas.ChangeSubscription(price_lookup_key="team_monthly")
    )

    see = desk.use(service.GetRevenue)
    [euros] = await see(schemas.GetRevenue(days=10), OPERATOR)

    assert euros == schemas.RevenueView(
        currency="eur",
        mrr=2200,
        organizations=3,
        new=500,
        expansion=700,
        contraction=0,
        churn=0,
        reactivation=0,
    )
    [longer] = await see(schemas.GetRevenue(), OPERATOR)
    assert (longer.mrr, longer.new) == (2200, 1500)
    with pytest.raises(PermissionDenied):
        await see(schemas.GetRevenue(), desk.owner)
