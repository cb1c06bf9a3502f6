"""Seats that can't drift from who is there."""

import asyncio

import pytest

from core.accounts import exceptions as accounts_exceptions
from core.accounts import schemas as accounts_schemas
from core.accounts import service as accounts_service
from core.accounts.events import MemberAdded
from core.accounts.models import Membership, User
from core.billing import exceptions, schemas, service
from core.billing.catalogue import Catalogue, Plan, Price
from core.billing.constants import SEATS_SETTLE
from core.models import UserId
from tests.factories import NOW, new_id
from tests.unit.billing.desk import SYSTEM, Desk

EACH = Plan(
    key="each",
    name="Each",
    seats="per_member",
    prices=(Price(lookup_key="each_monthly", amount=300, currency="eur", role="seat"),),
)
AHEAD = Plan(
    key="ahead",
    name="Ahead",
    seats="prepaid",
    prices=(Price(lookup_key="ahead_monthly", amount=200, currency="eur", role="seat"),),
)


@pytest.fixture(autouse=True)
async def _sold(desk: Desk) -> None:
    await desk.apply(Catalogue(plans=(EACH, AHEAD)))
    desk.forget()


async def join(desk: Desk, number: int = 1) -> list[UserId]:
    """Let people in, as an accepted invitation does."""
    store, joined = desk.container.store(), list[UserId]()
    template = next(iter(store.table(User).values()))
    async with store.writing():
        for _ in range(number):
            user_id = UserId(new_id())
            about = {"id": user_id, "email": f"{user_id}@example.com"}
            store.table(User)[user_id] = template.evolve(**about)
            row = Membership(
                organization_id=desk.organization_id, user_id=user_id, role="member", created_at=NOW
            )
            store.table(Membership)[desk.organization_id, user_id] = row
            joined.append(user_id)
    return joined


async def heard(desk: Desk) -> None:
    event = MemberAdded(
        organization_id=desk.organization_id, user_id=UserId(new_id()), role="member", at=NOW
    )
    await desk.use(service.NoteSeats)(event, SYSTEM)


def waiting(desk: Desk) -> list[schemas.SyncSeats]:
    return [job for job, _ in desk.queue.waiting if isinstance(job, schemas.SyncSeats)]


async def synced(desk: Desk) -> bool:
    job = schemas.SyncSeats(organization_id=desk.organization_id)
    return await desk.use(service.SyncSeats)(job, SYSTEM)


async def billed(desk: Desk) -> int | None:
    [told] = (await desk.told()).values()
    assert told.main is not None
    return told.main.quantity


async def test_a_plan_by_member_is_paid_for_as_many_as_there_are(desk: Desk) -> None:
    await join(desk, 3)

    view = await desk.subscribe("each_monthly")

    assert await billed(desk) == 4
    assert view.seats == schemas.SeatsView(used=4, billed=4, limit=None)


async def test_how_many_members_is_not_chosen(desk: Desk) -> None:
    await desk.subscribe("each_monthly")
    asked = schemas.ChangeSubscription(quantity=7)

    with pytest.raises(exceptions.SeatsAreCounted) as refused:
        await desk.order(service.ChangeSubscription, asked)

    assert refused.value.members == {"members": 1}


async def test_the_bill_follows_who_comes_and_goes_a_minute_later(desk: Desk) -> None:
    await desk.subscribe("each_monthly")
    await join(desk, 2)

    await heard(desk)
    [at] = [at for job, at in desk.queue.waiting if isinstance(job, schemas.SyncSeats)]

    assert at == desk.clock.now() + SEATS_SETTLE
    assert await synced(desk)
    assert await billed(desk) == 3
    assert desk.mirrored == await desk.told()


async def test_nothing_is_asked_of_the_provider_while_seats_are_right(desk: Desk) -> None:
    await desk.subscribe("each_monthly")
    before = len(desk.commands)

    await heard(desk)

    assert waiting(desk) == []
    assert not await synced(desk)
    assert len(desk.commands) == before


async def test_many_who_come_at_once_are_one_change(desk: Desk) -> None:
    await desk.subscribe("each_monthly")
    await join(desk, 26)
    before = len(desk.commands)

    await asyncio.gather(*(synced(desk) for _ in range(26)))

    assert await billed(desk) == 27
    changed = [one for one in desk.commands[before:] if one.kind == "seats"]
    updates = [one for one in await desk.invoices() if one.reason == "subscription_update"]
    assert changed
    assert updates == []  # the next bill tells


async def test_reconciling_counts_again(desk: Desk) -> None:
    await desk.subscribe("each_monthly")
    await join(desk)

    assert await desk.use(service.ReconcileBilling)(schemas.ReconcileBilling(), SYSTEM) == 0

    assert await billed(desk) == 2


async def test_a_plan_without_seats_is_left_alone(desk: Desk) -> None:
    await desk.subscribe("ahead_monthly", quantity=5)
    await join(desk, 2)

    await heard(desk)

    assert waiting(desk) == []
    assert not await synced(desk)
    assert await billed(desk) == 5


async def test_seats_paid_for_ahead_are_not_fewer_than_members(desk: Desk) -> None:
    await join(desk, 3)
    with pytest.raises(exceptions.SeatFloor) as refused:
        await desk.checkout("ahead_monthly", quantity=3)
    assert refused.value.members == {"members": 4}
    view = await desk.subscribe("ahead_monthly", quantity=5)
    assert view.seats == schemas.SeatsView(used=4, billed=5, limit=5)

    with pytest.raises(exceptions.SeatFloor):
        await desk.order(service.ChangeSubscription, schemas.ChangeSubscription(quantity=3))
    view = await desk.order(service.ChangeSubscription, schemas.ChangeSubscription(quantity=4))

    assert view.seats.limit == 4


async def invite(desk: Desk, number: int) -> None:
    command = accounts_schemas.InviteMember(email=f"guest{number}@example.com", role="member")
    await desk.use(accounts_service.InviteMember)(command, desk.owner)


async def test_who_has_no_seat_is_not_invited(desk: Desk) -> None:
    await desk.subscribe("ahead_monthly", quantity=3)

    await invite(desk, 1)
    await invite(desk, 2)
    with pytest.raises(accounts_exceptions.SeatsExhausted):
        await invite(desk, 3)
    await desk.order(service.ChangeSubscription, schemas.ChangeSubscription(quantity=4))

    await invite(desk, 3)


async def test_of_many_invited_at_once_no_more_than_there_are_seats(desk: Desk) -> None:
    await desk.subscribe("ahead_monthly", quantity=4)

    told = await asyncio.gather(*(invite(desk, n) for n in range(8)), return_exceptions=True)

    assert len([one for one in told if one is not None]) == 5


async def test_when_it_ends_people_come_and_go_as_they_like(desk: Desk) -> None:
    await desk.subscribe("ahead_monthly", quantity=1)
    with pytest.raises(accounts_exceptions.SeatsExhausted):
        await invite(desk, 1)

    await desk.order(service.CancelSubscription, schemas.CancelSubscription(when="now"))

    await invite(desk, 1)
