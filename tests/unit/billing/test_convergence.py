"""The mirror is what the provider says, whatever order news of it comes in."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from core.billing import constants, schemas, service
from core.billing.events import SubscriptionChanged
from core.billing.exceptions import EventNotFound
from core.billing.models import Customer, InboxEvent, ProviderEvent, Wanted
from core.events.models import FanOut
from core.exceptions import PermissionDenied
from tests.contracts.billing import subscription, unique
from tests.factories import NOW
from tests.unit.billing.desk import OPERATOR, SYSTEM, Desk

HOUR = timedelta(hours=1)


async def news(desk: Desk) -> list[ProviderEvent]:
    """Everything that happened at the provider."""
    return await desk.container.provider_events().since(
        NOW - 99 * HOUR, sorted(constants.HANDLED), limit=1000
    )


async def arrive(desk: Desk, *events: ProviderEvent) -> None:
    """Have events arrive as webhooks do, once their signature is checked."""
    now = desk.clock.now()
    for event in events:
        kept = InboxEvent(event=event, due_at=now, received_at=now)
        async with desk.container.transaction()():
            if await desk.container.inbox().add(kept):
                await desk.container.jobs().defer(schemas.WorkOffEvents(lock_key=kept.lock_key))


async def assert_converged(desk: Desk) -> None:
    assert desk.mirrored == await desk.told()


async def changes(desk: Desk, seed: int) -> None:
    """Do what people do at the provider's own pages, some of it in one second."""
    pick = random.Random(seed)  # noqa: S311 - a test's choice
    writer = desk.container.subscription_writer()
    for number in range(6):
        [known] = (await desk.told()).values()
        key, price = f"dashboard:{seed}:{number}", pick.choice(["solo_monthly", "team_monthly"])
        if known.status == "canceled":
            break
        match pick.randrange(5):
            case 0:
                prices = await desk.container.shop().prices()
                await writer.change(
                    known, [Wanted(price_id=prices[price].id, quantity=1)], "none", key=key
                )
            case 1:
                await writer.cancel(known, when="period_end", key=key)
            case 2:
                await writer.keep(known, key=key)
            case 3:
                await writer.pause(known, None, key=key)
            case _:
                await writer.cancel(known, when="now", key=key)
        desk.clock.forward(seconds=pick.choice([0, 0, 1, 60]))


@pytest.mark.parametrize("seed", range(40))
async def test_events_come_twice_late_in_any_order_or_not_at_all(desk: Desk, seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    await desk.subscribe("solo_monthly")
    await changes(desk, seed)

    happened = await news(desk)
    delivered = [one for one in happened if pick.random() < 0.8]
    delivered += [one for one in delivered if pick.random() < 0.2]
    pick.shuffle(delivered)
    for one in delivered:
        await arrive(desk, one)
        if pick.random() < 0.5:
            await desk.work_off()
    await desk.backfill(24 * 60)
    await desk.work_off()

    await assert_converged(desk)
    assert await desk.container.inbox().due(desk.clock.now(), limit=100) == []


async def test_what_others_hear_is_told_once_each_time_it_changes(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    [known] = (await desk.told()).values()
    await desk.container.subscription_writer().cancel(known, when="now", key="dashboard")
    happened = await news(desk)

    for _ in range(3):
        await arrive(desk, *happened)
        await arrive(desk, *(one.evolve(id=unique("evt")) for one in happened))
        await asyncio.gather(
            *(
                desk.use(service.WorkOffEvents)(job, SYSTEM)
                for job in [job for job in desk.jobs for _ in range(2)]
            )
        )

    told = [
        SubscriptionChanged.model_validate(job.payload)
        for job, _ in desk.queue.waiting
        if isinstance(job, FanOut) and job.topic == SubscriptionChanged.topic
    ]
    assert [(one.before, one.after) for one in told] == [(None, "active"), ("active", "canceled")]


async def test_a_burst_about_one_customer_is_one_look(desk: Desk) -> None:
    view = await desk.subscribe("solo_monthly")
    burst = [
        ProviderEvent(
            id=unique("evt"),
            type="invoice.updated",
            created_at=NOW,
            live=False,
            customer_id=view.customer_id,
        )
        for _ in range(1000)
    ]
    await arrive(desk, *burst)
    looks = 0
    original = desk.container.customers().get

    async def counted(customer_id: str) -> Customer | None:
        nonlocal looks
        looks += 1
        return await original(customer_id)

    object.__setattr__(desk.container.customers(), "get", counted)
    await desk.work_off()

    assert looks == 1
    assert await desk.container.inbox().due(desk.clock.now(), limit=10) == []


async def test_a_provider_that_does_not_answer_is_asked_again_later(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    [known] = (await desk.told()).values()
    await desk.container.subscription_writer().cancel(known, when="now", key="dashboard")
    await arrive(desk, *(await news(desk)))

    for _ in range(3):
        desk.fail("customers.get")
        await desk.work_off()
        assert desk.mirrored != await desk.told()
        desk.clock.forward(hours=1)
        assert await desk.use(service.SweepInbox)(schemas.SweepInbox(), SYSTEM) > 0
    await desk.work_off()

    await assert_converged(desk)


async def test_after_days_an_event_is_dead_and_can_be_brought_back(desk: Desk) -> None:
    view = await desk.subscribe("solo_monthly")
    event = ProviderEvent(
        id="evt_1", type="invoice.paid", created_at=NOW, live=False, customer_id=view.customer_id
    )
    await arrive(desk, event)
    desk.clock.forward(hours=73)
    desk.fail("customers.get")
    await desk.work_off()
    listing = desk.use(service.ListEvents)
    [dead] = (await listing(schemas.ListEvents(status="dead"), OPERATOR)).items
    assert (dead.id, dead.error) == ("evt_1", "provider_unavailable")

    replay = desk.use(service.ReplayEvent)
    with pytest.raises(PermissionDenied):
        await replay(schemas.EventReference(event_id="evt_1"), desk.owner)
    with pytest.raises(EventNotFound):
        await replay(schemas.EventReference(event_id="evt_2"), OPERATOR)
    await replay(schemas.EventReference(event_id="evt_1"), OPERATOR)
    await desk.work_off()

    found = await listing(schemas.ListEvents(), OPERATOR)
    assert [(one.id, one.status) for one in found.items] == [("evt_1", "processed")]


async def test_a_customer_that_nobody_knows_yet_is_found_by_what_was_noted_on_it(
    desk: Desk,
) -> None:
    """The process died between making the customer and writing down whose it is."""
    organization_id = desk.organization_id
    made = await desk.container.customers().create(
        Customer(id="", organization_id=organization_id), {}, key="lost"
    )
    await arrive(
        desk,
        ProviderEvent(
            id="evt_1", type="customer.updated", created_at=NOW, live=False, customer_id=made.id
        ),
    )

    await desk.work_off()

    account = await desk.container.billing_accounts().get(organization_id)
    assert account is not None
    assert account.customer_id == made.id


async def test_a_customer_of_nobodys_is_given_up_soon_and_never_guessed(desk: Desk) -> None:
    stranger = await desk.container.customers().create(
        Customer(id="", email="ada@example.com"), {}, key="stranger"
    )
    event = ProviderEvent(
        id="evt_1", type="customer.updated", created_at=NOW, live=False, customer_id=stranger.id
    )
    await arrive(desk, event)
    await desk.work_off()
    desk.clock.forward(minutes=11)
    await desk.use(service.SweepInbox)(schemas.SweepInbox(), SYSTEM)
    await desk.work_off()

    kept = await desk.container.inbox().get("evt_1")
    assert kept is not None
    assert (kept.status, kept.error) == ("dead", "unknown_customer")


async def test_a_customer_that_was_deleted_has_nothing_any_more(desk: Desk) -> None:
    view = await desk.subscribe("solo_monthly")
    customers: Any = desk.container.customers()
    await customers.delete(view.customer_id)
    await desk.backfill()
    await desk.work_off()

    gone = await desk.standing()
    assert gone.customer_id is None
    assert gone.subscription is not None
    assert (gone.subscription.status, gone.access.granted) == ("canceled", False)
    again = await desk.subscribe("solo_monthly")
    assert again.customer_id not in {None, view.customer_id}


async def test_a_second_subscription_that_somebody_made_by_hand_is_told(desk: Desk) -> None:
    view = await desk.subscribe("solo_monthly")
    second = subscription(customer_id=view.customer_id, items=())
    async with desk.ledger.opened("test") as state:
        state.subscriptions[second.id] = second
    desk.forget()

    for _ in range(2):
        await desk.use(service.ReconcileBilling)(schemas.ReconcileBilling(), SYSTEM)

    assert desk.published.count("billing.duplicate_subscription") == 1
    assert len(desk.mirrored) == 2


async def test_reconciling_looks_at_everybody_and_says_whom_it_could_not(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    first = desk.owner
    desk.owner = await desk.organization()
    await desk.subscribe("team_monthly")
    for known in (await desk.told()).values():
        await desk.container.subscription_writer().cancel(known, when="now", key=known.id)

    desk.fail("customers.get")
    assert await desk.use(service.ReconcileBilling)(schemas.ReconcileBilling(), SYSTEM) == 1
    assert await desk.use(service.ReconcileBilling)(schemas.ReconcileBilling(), SYSTEM) == 0

    await assert_converged(desk)
    desk.owner = first
    assert (await desk.standing()).access.reason == "canceled"
