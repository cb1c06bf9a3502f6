"""The process dies, or the provider goes silent, at any point of a write: it happens once."""

import pytest
from dependency_injector import providers

from bootstrap import Application, InMemoryContainer, Settings
from core.billing import schemas, service
from core.billing.exceptions import ProviderUnavailable
from tests.clock import FakeClock
from tests.unit.billing.desk import HOME, OPERATOR, Desk
from tests.unit.storage.test_killed import Killed, Life

STEPS = (
    *("customers", "checkouts", "subscription_reader", "subscription_writer", "invoices"),
    "refunds",
    *("billing_accounts", "subscriptions", "invoice_mirror", "open_checkouts", "commands", "audit"),
)
MANY = 100


async def mortal_desk(settings: Settings, life: Life) -> Desk:
    container, clock = InMemoryContainer(settings=settings), FakeClock()
    container.clock.override(providers.Object(clock))
    desk = Desk(Application(container), container, clock)
    for name in STEPS:
        port = getattr(container, name)
        port.override(providers.Object(life.mortal(port())))
    desk.use = Application(container).use
    await desk.open()
    return desk


async def recovered(desk: Desk) -> None:
    desk.clock.forward(minutes=2)
    await desk.resume()
    await desk.backfill()
    await desk.work_off()


@pytest.mark.parametrize("after", [0, 0.5], ids=["before", "after"])
async def test_a_checkout_makes_one_customer_and_one_open_page(
    settings: Settings, after: float
) -> None:
    life = Life()
    for number in range(1, MANY):
        life.begin(None)
        desk = await mortal_desk(settings, life)
        life.begin(number + after)
        died = False
        try:
            await desk.checkout(key="a")
        except Killed:
            died = True
        life.begin(None)
        await recovered(desk)
        again = await desk.checkout(key="a")

        async with desk.ledger.opened("test") as state:
            assert len(state.customers) == 1, number
            open_pages = [
                one.checkout for one in state.pages.values() if one.checkout.status == "open"
            ]
        assert [one.id for one in open_pages] == [again.id], number
        assert {one.status for one in desk.commands} == {"done"}, number
        if not died:
            assert number > 3
            return
    raise AssertionError("It takes more steps.")


@pytest.mark.parametrize("after", [0, 0.5], ids=["before", "after"])
async def test_a_change_is_made_and_charged_once(settings: Settings, after: float) -> None:
    life = Life()
    asked = schemas.ChangeSubscription(price_lookup_key="team_monthly")
    for number in range(1, MANY):
        life.begin(None)
        desk = await mortal_desk(settings, life)
        await desk.subscribe("solo_monthly")
        desk.clock.forward(days=10)
        life.begin(number + after)
        died = False
        try:
            await desk.order(service.ChangeSubscription, asked, key="a")
        except Killed:
            died = True
        life.begin(None)
        await recovered(desk)
        await desk.order(service.ChangeSubscription, asked, key="a")

        assert desk.mirrored == await desk.told(), number
        assert [one.lookup_key for one in desk.mirrored.values()] == ["team_monthly"], number
        charged = [one.reason for one in await desk.invoices()]
        assert charged == ["subscription_create", "subscription_update"], number
        if not died:
            assert number > 3
            return
    raise AssertionError("It takes more steps.")


@pytest.mark.parametrize("after", [0, 0.5], ids=["before", "after"])
async def test_money_goes_back_once(settings: Settings, after: float) -> None:
    life = Life()
    for number in range(1, MANY):
        life.begin(None)
        desk = await mortal_desk(settings, life)
        await desk.subscribe("solo_monthly")
        [invoice] = await desk.invoices()
        asked = schemas.RefundInvoice(
            organization_id=desk.organization_id, invoice_id=invoice.id, amount=200
        )
        command = schemas.Ordered(asked=asked, idempotency_key="a")
        life.begin(number + after)
        died = False
        try:
            await desk.use(service.RefundInvoice)(command, OPERATOR)
        except Killed:
            died = True
        life.begin(None)
        await recovered(desk)
        again = await desk.use(service.RefundInvoice)(command, OPERATOR)

        async with desk.ledger.opened("test") as state:
            assert [one.id for one in state.refunds] == [again.id], number
        if not died:
            assert number > 3
            return
    raise AssertionError("It takes more steps.")


@pytest.mark.parametrize("operation", ["customers.create", "checkouts.open"])
@pytest.mark.parametrize("after", [False, True], ids=["unheard", "unanswered"])
async def test_a_provider_that_goes_silent_is_asked_again_under_the_same_key(
    desk: Desk, operation: str, *, after: bool
) -> None:
    asked = schemas.OpenCheckout(price_lookup_key="solo_monthly", success_url=HOME, cancel_url=HOME)
    desk.fail(operation, after=after)
    with pytest.raises(ProviderUnavailable):
        await desk.use(service.OpenCheckout)(
            schemas.Ordered(asked=asked, idempotency_key="a"), desk.owner
        )
    assert [one.status for one in desk.commands] == ["pending"]
    desk.clock.forward(minutes=1)
    assert await desk.resume() == 1

    async with desk.ledger.opened("test") as state:
        assert (len(state.customers), len(state.pages)) == (1, 1)
    assert (await desk.checkout(key="a")).status == "open"


async def test_a_command_too_old_for_its_keys_is_given_up(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    desk.fail("subscriptions.cancel")
    with pytest.raises(ProviderUnavailable):
        await desk.order(
            service.CancelSubscription, schemas.CancelSubscription(when="now"), key="a"
        )

    desk.clock.forward(hours=24)
    await desk.resume()

    last = desk.commands[-1]
    assert (last.status, last.error) == ("failed", "outcome_unknown")
    assert (await desk.standing()).access.granted
