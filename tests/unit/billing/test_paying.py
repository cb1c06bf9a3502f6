"""From a plan that is chosen to one that is paid for, changed and ended."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.billing import exceptions, schemas, service
from core.billing.models import Subscription
from core.exceptions import IdempotencyKeyReused, PermissionDenied
from tests.factories import NOW
from tests.unit.billing.desk import HOME, OPERATOR, Desk

DAY = timedelta(days=1)


def sub(view: schemas.BillingView) -> schemas.SubscriptionView:
    assert view.subscription is not None
    return view.subscription


async def only(desk: Desk) -> Subscription:
    [told] = (await desk.told()).values()
    return told


# --- Beginning ------------------------------------------------------------------------------------


async def test_a_plan_is_chosen_paid_for_and_there(desk: Desk) -> None:
    checkout = await desk.checkout("solo_monthly")
    assert (checkout.status, checkout.expires_at) == ("open", NOW + DAY)
    with pytest.raises(exceptions.CheckoutNotComplete) as early:
        await desk.sync(checkout)
    assert early.value.members == {"checkout_status": "open"}

    await desk.pay(checkout)
    view = await desk.sync(checkout)

    assert (sub(view).status, sub(view).plan) == ("active", "solo")
    assert (view.access.granted, view.currency) == (True, "eur")
    assert view.payment_method is not None
    assert view.payment_method.last4 == "4242"
    assert desk.actions == ["billing.checkout", "subscription.changed"]
    assert sorted(desk.published) == [
        "billing.invoice_paid",
        "billing.mrr_changed",
        "billing.subscription_changed",
    ]
    again = await desk.sync(checkout)
    assert again == view
    assert len(desk.published) == 3


async def test_a_customer_is_made_once_and_knows_whose_it_is(desk: Desk) -> None:
    await desk.checkout()
    await desk.checkout()

    customer = await desk.container.customers().find(desk.organization_id)

    assert customer is not None
    assert customer.email is not None
    async with desk.ledger.opened("test") as state:
        assert list(state.customers) == [customer.id]


async def test_of_fifty_checkouts_at_once_one_stays_open(desk: Desk) -> None:
    opened = await asyncio.gather(*(desk.checkout() for _ in range(50)))

    async with desk.ledger.opened("test") as state:
        pages = [page.checkout for page in state.pages.values()]
        assert len(state.customers) == 1
    assert len({one.id for one in opened}) == len(pages) == 50
    assert [one.status for one in pages].count("open") == 1


async def test_an_older_page_can_not_be_paid_at_any_more(desk: Desk) -> None:
    first = await desk.checkout()
    second = await desk.checkout("team_monthly")

    with pytest.raises(exceptions.CheckoutNotFound):
        await desk.pay(first)
    await desk.pay(second)
    with pytest.raises(exceptions.AlreadySubscribed):
        await desk.checkout()  # though nobody looked yet what was paid


async def test_a_repeated_request_is_answered_as_the_first(desk: Desk) -> None:
    first = await desk.checkout(key="a")

    assert await desk.checkout(key="a") == first
    with pytest.raises(IdempotencyKeyReused):
        await desk.checkout("team_monthly", key="a")
    other = await desk.checkout(key="b")
    assert other.id != first.id
    assert len(desk.commands) == 2


async def test_of_many_with_one_key_one_is_carried_out(desk: Desk) -> None:
    told = await asyncio.gather(
        *(desk.checkout(key="a") for _ in range(10)), return_exceptions=True
    )

    done = [one for one in told if isinstance(one, schemas.CheckoutView)]
    refused = {type(one) for one in told if isinstance(one, BaseException)}
    assert len({one.id for one in done}) == 1
    assert refused <= {exceptions.CommandInFlight}
    assert len(desk.commands) == 1


@pytest.mark.parametrize(
    ("about", "error"),
    [
        ({"price": "gold"}, exceptions.UnknownPrice),
        ({"success_url": "https://evil.example/"}, exceptions.RedirectNotAllowed),
        ({"cancel_url": "http://127.0.0.1.evil.example"}, exceptions.RedirectNotAllowed),
        ({"cancel_url": "http://[nonsense/"}, exceptions.RedirectNotAllowed),
        ({"cancel_url": "http://127.0.0.1@evil.example/"}, exceptions.RedirectNotAllowed),
    ],
)
async def test_a_checkout_that_makes_no_sense_is_refused_before_anything_happens(
    desk: Desk, about: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await desk.checkout(about.pop("price", "solo_monthly"), **about)

    assert desk.commands == []
    assert desk.actions == []


async def test_a_price_that_the_provider_does_not_have_yet_is_not_sold(desk: Desk) -> None:
    newest = await desk.container.catalogues().newest()
    assert newest is not None
    await desk.container.catalogues().add(newest.evolve(version=9, price_ids={}))

    with pytest.raises(exceptions.PriceNotReady):
        await desk.checkout()


async def test_a_trial_is_had_once(desk: Desk) -> None:
    trial = await desk.subscribe("team_monthly")
    assert (sub(trial).status, sub(trial).trial_end) == ("trialing", NOW + 14 * DAY)

    await desk.order(service.CancelSubscription, schemas.CancelSubscription(when="now"))
    again = await desk.subscribe("team_monthly")

    assert (sub(again).status, sub(again).trial_end) == ("active", None)
    assert sub(again).id != sub(trial).id


async def test_only_who_may_pay_does(desk: Desk) -> None:
    for role in ("member", "viewer"):
        with pytest.raises(PermissionDenied):
            await desk.checkout(actor=desk.as_role(role))
    assert (await desk.checkout(actor=desk.as_role("billing"))).status == "open"


async def test_anothers_checkout_is_not_there(desk: Desk) -> None:
    checkout = await desk.checkout()
    desk.owner = await desk.organization()

    with pytest.raises(exceptions.CheckoutNotFound):
        await desk.sync(checkout)


# --- Changing -------------------------------------------------------------------------------------


async def test_a_dearer_plan_begins_at_once_for_the_difference(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    desk.clock.forward(days=15)
    asked = schemas.PreviewChange(price_lookup_key="team_monthly")
    preview = await desk.use(service.PreviewChange)(asked, desk.owner)
    assert (preview.due_now.amount, preview.next.amount) == (350, 1200)

    view = await desk.order(
        service.ChangeSubscription, schemas.ChangeSubscription(price_lookup_key="team_monthly")
    )

    assert (sub(view).plan, sub(view).status) == ("team", "active")
    assert [one.total for one in await desk.invoices()] == [500, 350]
    assert (await desk.entitlements())["sso"].has_access


async def test_a_cheaper_plan_begins_when_the_period_ends_and_can_be_taken_back(
    desk: Desk,
) -> None:
    await desk.subscribe("team_yearly")
    later = schemas.ChangeSubscription(price_lookup_key="solo_monthly", when="period_end")

    view = await desk.order(service.ChangeSubscription, later)
    pending = sub(view).pending_change
    assert pending is not None
    assert (pending.lookup_key, pending.at) == ("solo_monthly", NOW + 14 * DAY)
    view = await desk.order(service.ResumeSubscription)
    assert sub(view).pending_change is None
    with pytest.raises(exceptions.NotResumable):
        await desk.order(service.ResumeSubscription)

    await desk.order(service.ChangeSubscription, later)
    desk.clock.forward(days=14)
    await desk.backfill(60 * 24 * 30)
    await desk.work_off()
    assert sub(await desk.standing()).plan == "solo"


async def test_a_change_that_is_not_paid_does_not_happen(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "0341")
    dearer = schemas.ChangeSubscription(price_lookup_key="team_monthly")

    with pytest.raises(exceptions.CardDeclined):
        await desk.order(service.ChangeSubscription, dearer, key="a")

    assert sub(await desk.standing()).plan == "solo"
    assert (await only(desk)).lookup_key == "solo_monthly"
    failed = desk.commands[-1]
    assert (failed.status, failed.error, failed.client_key) == ("failed", "card_declined", None)
    with pytest.raises(exceptions.CardDeclined):  # tried again, not answered from memory
        await desk.order(service.ChangeSubscription, dearer, key="a")


async def test_who_owes_pays_before_anything_changes(desk: Desk) -> None:
    await desk.subscribe("solo_monthly", "0341")
    desk.clock.forward(days=30)
    await desk.backfill()
    await desk.work_off()

    with pytest.raises(exceptions.PastDueUnpaid):
        await desk.order(service.ChangeSubscription, schemas.ChangeSubscription(quantity=2))
    [open_one] = [one for one in await desk.invoices() if one.status == "open"]
    with pytest.raises(exceptions.CardDeclined):
        await desk.order(service.PayInvoice, schemas.InvoiceReference(id=open_one.id))
    customer_id = (await desk.standing()).customer_id or ""
    methods: Any = desk.container.payment_methods()
    good = await methods.add(customer_id, "4242")
    choose = desk.use(service.ChoosePaymentMethod)
    await choose(schemas.PaymentMethodReference(id=good.id), desk.owner)
    view = await desk.order(service.PayInvoice, schemas.InvoiceReference(id=open_one.id))

    assert sub(view).status == "active"
    assert view.access.reason == "active"
    with pytest.raises(exceptions.InvoiceNotPayable):
        await desk.order(service.PayInvoice, schemas.InvoiceReference(id=open_one.id))
    with pytest.raises(exceptions.InvoiceNotFound):
        await desk.order(service.PayInvoice, schemas.InvoiceReference(id="in_of_nobody"))


async def test_a_subscription_ends_when_its_period_does_or_at_once(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")

    later = await desk.order(service.CancelSubscription, schemas.CancelSubscription())
    assert (sub(later).ends_at, later.access.granted) == (NOW + 30 * DAY, True)
    kept = await desk.order(service.ResumeSubscription)
    assert sub(kept).ends_at is None
    over = await desk.order(service.CancelSubscription, schemas.CancelSubscription(when="now"))

    assert (sub(over).status, over.access.granted) == ("canceled", False)
    with pytest.raises(exceptions.NoSubscription):
        await desk.order(service.CancelSubscription, schemas.CancelSubscription())
    assert desk.published.count("billing.cancellation_scheduled") == 2


async def test_payments_are_not_collected_while_it_is_paused(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")

    paused = await desk.order(service.PauseSubscription, schemas.PauseSubscription())
    assert sub(paused).pause is not None
    desk.clock.forward(days=31)
    assert not (await desk.standing()).access.granted
    await desk.backfill()
    await desk.work_off()
    assert len(await desk.invoices()) == 1
    view = await desk.order(service.UnpauseSubscription)

    assert sub(view).pause is None
    assert view.access.granted


# --- Looking after payments -----------------------------------------------------------------------


async def test_invoices_are_listed_the_newest_first(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    desk.clock.forward(days=65)
    await desk.use(service.SyncOrganization)(
        schemas.SyncOrganization(organization_id=desk.organization_id), OPERATOR
    )

    listing = desk.use(service.ListInvoices)
    first = await listing(schemas.ListInvoices(limit=2), desk.owner)
    rest = await listing(schemas.ListInvoices(limit=2, cursor=first.next_cursor), desk.owner)

    assert [one.total for one in (*first.items, *rest.items)] == [500] * 3
    assert rest.next_cursor is None
    get = desk.use(service.GetInvoice)
    one = await get(schemas.InvoiceReference(id=first.items[0].id), desk.owner)
    assert one.reason == "subscription_cycle"
    with pytest.raises(exceptions.InvoiceNotFound):
        await get(schemas.InvoiceReference(id=one.id), await desk.organization())


async def test_the_last_payment_method_stays_while_something_is_paid_by_it(desk: Desk) -> None:
    view = await desk.subscribe("solo_monthly")
    listing, detach = desk.use(service.ListPaymentMethods), desk.use(service.DetachPaymentMethod)
    [first] = (await listing(None, desk.owner)).items

    with pytest.raises(exceptions.LastMethodInUse):
        await detach(schemas.PaymentMethodReference(id=first.id), desk.owner)
    with pytest.raises(exceptions.PaymentMethodNotFound):
        await detach(schemas.PaymentMethodReference(id="pm_of_nobody"), desk.owner)
    with pytest.raises(exceptions.PaymentMethodNotFound):
        await desk.use(service.ChoosePaymentMethod)(
            schemas.PaymentMethodReference(id="pm_of_nobody"), desk.owner
        )
    methods: Any = desk.container.payment_methods()
    second = await methods.add(view.customer_id, "4242")
    await detach(schemas.PaymentMethodReference(id=first.id), desk.owner)

    assert (await listing(None, desk.owner)).items == [second]
    setup = await desk.use(service.BeginPaymentMethod)(None, desk.owner)
    assert setup.client_secret.endswith("_secret")


async def test_who_never_paid_has_nothing_to_look_after(desk: Desk) -> None:
    asked = schemas.OpenPortal(return_url=HOME)

    for ask in (
        desk.use(service.OpenPortal)(asked, desk.owner),
        desk.use(service.ListPaymentMethods)(None, desk.owner),
        desk.use(service.BeginPaymentMethod)(None, desk.owner),
    ):
        with pytest.raises(exceptions.NoCustomer):
            await ask
    await desk.checkout()
    assert (await desk.use(service.OpenPortal)(asked, desk.owner)).url == HOME
    with pytest.raises(exceptions.RedirectNotAllowed):
        elsewhere = schemas.OpenPortal(return_url="https://evil.example/")
        await desk.use(service.OpenPortal)(elsewhere, desk.owner)


async def test_an_organization_that_ends_pays_no_more(desk: Desk) -> None:
    await desk.subscribe("solo_monthly")
    stranger = (await desk.organization()).require_organization()

    for organization_id in (desk.organization_id, desk.organization_id, stranger):
        for data in desk.container.organization_data():
            await data.erase(organization_id)

    assert (await only(desk)).status == "canceled"
