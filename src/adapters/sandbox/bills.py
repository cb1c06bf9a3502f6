"""Invoices, and what follows from their being paid."""

from datetime import datetime

from adapters.sandbox.state import CONFIRMS, State
from core.billing.models import Invoice, Item, Payment, Subscription


def made(
    state: State, subscription: Subscription, amount: int, at: datetime, reason: str
) -> Invoice:
    """Make an invoice and charge it, if there is anything to charge; on a page it is paid."""
    price = state.price(subscription.items[0].price_id)
    customer_id = subscription.customer_id
    paid = amount <= 0 or reason == "subscription_create" or state.pays(customer_id)
    invoice = Invoice(
        id=(invoice_id := state.id("in")),
        customer_id=customer_id,
        subscription_id=subscription.id,
        number=f"SANDBOX-{state.count:06}",
        status="paid" if paid else "open",
        reason=reason,
        currency=price.currency,
        total=amount,
        paid=amount if paid else 0,
        remaining=0 if paid else amount,
        created_at=at,
        paid_at=at if paid else None,
    )
    state.invoices[invoice_id] = invoice
    state.happened("invoice.paid" if paid else "invoice.payment_failed", customer_id, invoice_id)
    return invoice


def payment(state: State, invoice: Invoice, base: str) -> Payment:
    """Say where the payment of an invoice stands; its page is ours."""
    if invoice.status == "paid":
        return Payment(invoice_id=invoice.id, status="paid")
    if state.card(invoice.customer_id) == CONFIRMS:
        return Payment(
            invoice_id=invoice.id,
            status="requires_action",
            client_secret=f"pi_{invoice.id}_secret_sandbox",
            hosted_url=f"{base}/dev/invoices/{invoice.id}",
        )
    return Payment(invoice_id=invoice.id, status="declined", decline_code="generic_decline")


def pay(state: State, invoice: Invoice) -> None:
    """Let an invoice be paid, and what waited for that happen."""
    now = state.time_of(invoice.customer_id)
    state.invoices[invoice.id] = invoice.evolve(
        status="paid", paid=invoice.total, remaining=0, paid_at=now
    )
    subscription = state.subscriptions.get(invoice.subscription_id or "")
    if subscription is not None and subscription.status == "past_due":
        state.subscriptions[subscription.id] = subscription.evolve(status="active")
    if invoice.id in state.waiting and invoice.subscription_id:
        begin(state, invoice.subscription_id, state.waiting.pop(invoice.id))
    state.happened("invoice.paid", invoice.customer_id, invoice.id)


def void(state: State, invoice: Invoice) -> None:
    state.invoices[invoice.id] = invoice.evolve(status="void", remaining=0)
    state.waiting.pop(invoice.id, None)
    waited = state.subscriptions.get(invoice.subscription_id or "")
    if waited is not None and waited.unpaid_invoice_id == invoice.id:
        state.subscriptions[waited.id] = waited.evolve(unpaid_invoice_id=None)
    state.happened("invoice.voided", invoice.customer_id, invoice.id)


def begin(state: State, subscription_id: str, items: tuple[Item, ...]) -> None:
    """Give a subscription other items, and forget what was to come."""
    state.subscriptions[subscription_id] = state.subscriptions[subscription_id].evolve(
        items=items, pending=None, schedule_id=None, unpaid_invoice_id=None
    )
    state.happened(
        "customer.subscription.updated",
        state.subscriptions[subscription_id].customer_id,
        subscription_id,
    )
