"""What an organization pays for, and what that includes."""

from typing import Final

from fastapi import Request, Response

from core.billing import constants, models, schemas, service
from core.billing.schemas.subscriptions import ProviderId
from entrypoints.http.console.asking import question
from entrypoints.http.console.navigation import TENANT
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import Visit, here
from entrypoints.http.dependencies import application

router = make_router()

SUBSCRIPTION: Final = f"{TENANT}/subscription"


@router.get(SUBSCRIPTION)
async def show_subscription(request: Request) -> Response:
    visit = here(request)
    standing = await visit.use(service.GetBilling)(None, visit.actor)
    invoices = await visit.use(service.ListInvoices)(schemas.ListInvoices(limit=10), visit.actor)
    plans = await visit.use(service.ListPlans)(schemas.ListPlans(), visit.actor)
    return visit.page(
        "subscription.html", billing=standing, invoices=invoices.items, plans=plans.plans
    )


@router.post(f"{SUBSCRIPTION}/begin")
@beside(show_subscription)
async def begin(request: Request) -> Response:
    """Show the way to the provider as a link: a form may lead nowhere but here."""
    visit = here(request)
    back = _address(visit)
    asked = visit.sent.command(schemas.OpenCheckout, success_url=back, cancel_url=back)
    checkout = await visit.use(service.OpenCheckout)(schemas.Ordered(asked=asked), visit.actor)
    about = "The payment is made at the provider, who leads you back here."
    return _onward(visit, about, checkout.url or back)


@router.post(f"{SUBSCRIPTION}/portal")
@beside(show_subscription)
async def open_portal(request: Request) -> Response:
    visit = here(request)
    command = schemas.OpenPortal(return_url=_address(visit))
    portal = await visit.use(service.OpenPortal)(command, visit.actor)
    return _onward(visit, "Cards and addresses are looked after at the provider.", portal.url)


@router.post(f"{SUBSCRIPTION}/preview")
@beside(show_subscription)
async def preview(request: Request) -> Response:
    """Tell what a change costs before it is made."""
    visit = here(request)
    command = visit.sent.command(schemas.PreviewChange)
    told: models.Preview = await visit.use(service.PreviewChange)(command, visit.actor)
    key = application(request).container.ids().new()
    price = command.price_lookup_key
    return visit.page("subscription_change.html", preview=told, price=price, key=key)


@router.post(f"{SUBSCRIPTION}/change")
@beside(show_subscription)
async def change(request: Request) -> Response:
    visit = here(request)
    asked = visit.sent.command(schemas.ChangeSubscription)
    order = schemas.Ordered(asked=asked, idempotency_key=visit.sent.values.get("key"))
    answer = await visit.use(service.ChangeSubscription)(order, visit.actor)
    if isinstance(answer, schemas.PaymentView) and answer.hosted_invoice_url:
        about = "The bank wants this payment confirmed."
        return _onward(visit, about, answer.hosted_invoice_url)
    return visit.leave(visit.path("/subscription"), "The subscription is changed.")


@question(
    router,
    f"{SUBSCRIPTION}/cancel",
    title="Cancel the subscription?",
    about="It goes on to the end of what is paid for. Until then it can be resumed.",
    button="Cancel the subscription",
    back=SUBSCRIPTION,
)
async def cancel(request: Request) -> Response:
    visit = here(request)
    order = schemas.Ordered(asked=schemas.CancelSubscription())
    await visit.use(service.CancelSubscription)(order, visit.actor)
    return visit.leave(visit.path("/subscription"), "The subscription ends with its period.")


@router.post(f"{SUBSCRIPTION}/resume")
@beside(show_subscription)
async def resume(request: Request) -> Response:
    visit = here(request)
    await visit.use(service.ResumeSubscription)(schemas.Ordered(asked=None), visit.actor)
    return visit.leave(visit.path("/subscription"), "The subscription goes on.")


@router.get(f"{SUBSCRIPTION}/invoices/{{invoice_id}}")
async def show_invoice(request: Request, invoice_id: ProviderId) -> Response:
    visit = here(request)
    reference = schemas.InvoiceReference(id=invoice_id)
    found = await visit.use(service.GetInvoice)(reference, visit.actor)
    return visit.page("invoice.html", invoice=found)


@router.get(f"{TENANT}/entitlements")
async def show_entitlements(request: Request) -> Response:
    visit = here(request)
    visit.actor.require(constants.ENTITLEMENTS_READ)
    found = await visit.use(service.ListEntitlements)(None, visit.actor)
    return visit.page("entitlements.html", entitlements=found.items)


def _onward(visit: Visit, about: str, address: str) -> Response:
    return visit.page("onward.html", about=about, address=address)


def _address(visit: Visit) -> str:
    """Return where the provider leads people back to."""
    return f"{application(visit.request).settings.public_url}{visit.path('/subscription')}"
