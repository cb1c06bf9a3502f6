"""Payments that a bank wants confirmed, and changes that wait for them."""

import pytest

from core.audit import AuditEvent
from core.billing import exceptions, schemas, service
from core.billing.models import Command, Mirrored, MirroredInvoice, Subscription
from tests.unit.billing.desk import Desk

TEAM = schemas.ChangeSubscription(price_lookup_key="team_monthly")


async def only(desk: Desk) -> Subscription:
    [told] = (await desk.told()).values()
    return told


async def change(desk: Desk, key: str | None = None) -> schemas.BillingView | schemas.PaymentView:
    answer: schemas.BillingView | schemas.PaymentView = await desk.order(
        service.ChangeSubscription, TEAM, key
    )
    return answer


async def test_a_change_waits_until_its_payment_is_confirmed(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "3184")

    told = await change(desk, "a")

    assert isinstance(told, schemas.PaymentView)
    assert told.status == "requires_action"
    assert told.client_secret
    assert told.hosted_invoice_url
    assert (await desk.entitlements())["projects"].limit == 10  # as before
    [waiting] = desk.mirrored.values()
    assert waiting.unpaid_invoice_id is not None

    await desk.container.sandbox_invoices().confirm(waiting.unpaid_invoice_id)
    await desk.backfill()
    await desk.work_off()

    assert (await desk.entitlements())["projects"].limit is None
    assert desk.mirrored == await desk.told()
    assert isinstance(await change(desk, "a"), schemas.BillingView)  # the same request again


async def test_the_same_request_tells_the_same_payment_and_charges_once(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "3184")

    told = [await change(desk, "a") for _ in range(3)]

    assert told[0] == told[1] == told[2]
    assert [one.reason for one in await desk.invoices()].count("subscription_update") == 1


async def test_no_secret_of_a_payment_is_kept(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "3184")
    told = await change(desk, "a")
    assert isinstance(told, schemas.PaymentView)
    assert told.client_secret

    store = desk.container.store()
    kinds = (Command, Mirrored, MirroredInvoice, AuditEvent)
    kept = [repr(row.model_dump()) for kind in kinds for row in store.table(kind).values()]
    assert any("unpaid_invoice_id" in row for row in kept)
    assert not any(told.client_secret in row for row in kept)


async def test_a_change_that_is_declined_leaves_everything_as_it_was(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "0341")

    with pytest.raises(exceptions.CardDeclined) as declined:
        await change(desk)

    assert declined.value.members == {"decline_code": "generic_decline"}
    assert (await only(desk)).lookup_key == "solo_monthly"
    assert desk.mirrored == await desk.told()
    [refused] = [one for one in await desk.invoices() if one.reason == "subscription_update"]
    assert refused.status == "void"
    assert desk.commands[-1].error == "card_declined"


async def test_a_newer_change_takes_the_place_of_one_that_waits(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "3184")
    await change(desk)
    first = (await only(desk)).unpaid_invoice_id

    asked = schemas.ChangeSubscription(price_lookup_key="team_yearly")
    await desk.order(service.ChangeSubscription, asked)

    status = {one.id: one.status for one in await desk.invoices()}
    second = (await only(desk)).unpaid_invoice_id
    assert first is not None
    assert second is not None
    assert (status[first], status[second]) == ("void", "open")


async def test_a_change_that_nobody_confirms_is_forgotten(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "3184")
    await change(desk)

    desk.clock.forward(hours=24)
    await desk.backfill(minutes=3000)
    await desk.work_off()

    assert (await only(desk)).unpaid_invoice_id is None
    assert desk.mirrored == await desk.told()


async def test_an_invoice_that_must_be_confirmed_says_where(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "3184")
    desk.clock.forward(days=31)
    await desk.backfill(minutes=60 * 24 * 30)
    await desk.work_off()
    [due] = [one for one in await desk.invoices() if one.status == "open"]

    told = await desk.order(service.PayInvoice, schemas.InvoiceReference(id=due.id), "a")

    assert isinstance(told, schemas.PaymentView)
    await desk.container.sandbox_invoices().confirm(due.id)
    again = await desk.order(service.PayInvoice, schemas.InvoiceReference(id=due.id), "a")
    assert isinstance(again, schemas.BillingView)


async def test_a_customer_pays_by_another_card_and_the_change_is_asked_again(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "0341")
    with pytest.raises(exceptions.CardDeclined):
        await change(desk, "a")
    added = await desk.add_card("4242")
    await desk.use(service.ChoosePaymentMethod)(
        schemas.PaymentMethodReference(id=added.id), desk.owner
    )

    view = await change(desk, "a")  # a refused command gave its key back

    assert isinstance(view, schemas.BillingView)
    assert view.subscription is not None
    assert view.subscription.plan == "team"
