"""The pages of the sandbox: choose a card, "pay", come back; confirm a payment to the bank."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from core.billing import schemas, service
from core.billing.exceptions import CardDeclined, CheckoutNotFound, InvoiceNotFound
from core.billing.money import Money
from core.models import Actor
from entrypoints.http.dependencies import application
from entrypoints.http.pages import rendering
from entrypoints.http.pages.rendering import POLICY, READ

router = rendering.router()

PATH: Final = "/dev/checkout/{checkout_id}"
INVOICE: Final = "/dev/invoices/{invoice_id}"
CARDS: Final = (
    ("4242", "4242 4242 4242 4242: pays"),
    ("3184", "4000 0027 6000 3184: pays now; later the bank asks each time"),
    ("0341", "4000 0000 0000 0341: pays now, and never again"),
    ("0002", "4000 0000 0000 0002: is declined"),
)
MOST: Final = 2000


@router.api_route(PATH, methods=READ)
async def show(request: Request, checkout_id: str) -> Response:
    """Show what is to be paid, and the cards to choose from."""
    page = await _shown(request, checkout_id)
    return rendering.page(request, "checkout.html", **page, headers=_leading_to(page["cancel_url"]))


@router.post(PATH)
async def pay(request: Request, checkout_id: str) -> Response:
    """Pay by the card that was chosen, and lead back to the product."""
    shown = await _shown(request, checkout_id)
    app = application(request)
    form = parse_qs((await request.body())[:MOST].decode("utf-8", "replace"))
    last4 = form.get("card", ["4242"])[0][-4:]  # of a whole number, too
    try:
        success_url = await app.container.sandbox_checkouts().pay(checkout_id, last4)
    except CardDeclined as declined:
        return rendering.page(
            request, "checkout.html", **shown, problem=declined.title, status=HTTPStatus.OK
        )
    # As a real provider's webhooks do.
    await app.use(service.BackfillEvents)(schemas.BackfillEvents(), Actor(kind="system"))
    return RedirectResponse(
        success_url.replace("{CHECKOUT_SESSION_ID}", checkout_id),
        HTTPStatus.SEE_OTHER,
        _leading_to(success_url),
    )


@router.api_route(INVOICE, methods=READ)
async def show_payment(request: Request, invoice_id: str) -> Response:
    """Show what the bank asks about."""
    return rendering.page(request, "payment.html", **await _asked(request, invoice_id))


@router.post(INVOICE)
async def confirm(request: Request, invoice_id: str) -> Response:
    """Say that it is oneself who pays."""
    await _asked(request, invoice_id)
    app = application(request)
    await app.container.sandbox_invoices().confirm(invoice_id)
    await app.use(service.BackfillEvents)(schemas.BackfillEvents(), Actor(kind="system"))
    return RedirectResponse(request.url.path, HTTPStatus.SEE_OTHER)


async def _asked(request: Request, invoice_id: str) -> dict[str, Any]:
    app = application(request)
    found = None
    if app.settings.billing == "sandbox":
        found = await app.container.sandbox_invoices().get(invoice_id)
    if found is None:
        raise InvoiceNotFound
    return {
        "title": "Confirm a payment",
        "total": Money(amount=found.total, currency=found.currency).text(),
        "number": found.number,
        "paid": found.status == "paid",
    }


async def _shown(request: Request, checkout_id: str) -> dict[str, Any]:
    app = application(request)
    if app.settings.billing != "sandbox":
        raise CheckoutNotFound
    checkouts = app.container.sandbox_checkouts()
    told = await checkouts.page(checkout_id)
    if told is None or told.checkout.status != "open":
        raise CheckoutNotFound
    paid = told.order.wanted[0]
    price = await checkouts.price(paid.price_id)
    total = Money(amount=price.amount * (paid.quantity or 1), currency=price.currency)
    return {
        "title": f"Pay for {price.plan}",
        "plan": price.plan,
        "total": total.text(),
        "every": price.interval,
        "quantity": paid.quantity,
        "trial_days": told.order.trial_days,
        "cards": CARDS,
        "cancel_url": told.order.cancel_url,
    }


def _leading_to(url: object) -> dict[str, str]:
    """Let the form lead to the product: browsers hold a form to where it is sent on as well."""
    place = urlsplit(str(url))
    policy = POLICY.replace(
        "form-action 'self'", f"form-action 'self' {place.scheme}://{place.netloc}"
    )
    return {"Content-Security-Policy": policy}
