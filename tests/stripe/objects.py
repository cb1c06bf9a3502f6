"""What the sandbox knows, as Stripe writes it: everything an object must have, and what we know."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from adapters.sandbox.state import SoldPrice, State
from core.billing.models import (
    Checkout,
    Customer,
    Endpoint,
    Invoice,
    Item,
    Payment,
    PaymentMethod,
    ProviderEvent,
    Refund,
    Subscription,
    TestClock,
)
from tests.stripe.specification import blank

type Object = dict[str, Any]
type Marks = dict[str, dict[str, str]]
"""The metadata of each object, by its id."""


def seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


def listed(url: str, data: Iterable[Object], *, has_more: bool = False) -> Object:
    return {"object": "list", "url": url, "data": list(data), "has_more": has_more}


def customer(one: Customer, marks: Marks) -> Object:
    if one.deleted:
        return blank("deleted_customer") | {"id": one.id, "deleted": True}
    method = payment_method(one.payment_method) if one.payment_method else None
    settings = blank("invoice_setting_customer_setting") | {"default_payment_method": method}
    return blank("customer") | {
        "id": one.id,
        "email": one.email,
        "name": one.name,
        "currency": one.currency,
        "delinquent": one.delinquent,
        "metadata": marks.get(one.id, {}),
        "invoice_settings": settings,
    }


def payment_method(one: PaymentMethod) -> Object:
    month, year = (one.expires or "1/2030").split("/")
    card = blank("payment_method_card") | {
        "brand": one.brand or "visa",
        "last4": one.last4 or "",
        "exp_month": int(month),
        "exp_year": int(year),
    }
    return blank("payment_method") | {"id": one.id, "type": "card", "card": card}


def price(one: SoldPrice, marks: Marks, lookup_key: str | None) -> Object:
    recurring = blank("recurring") | {
        "interval": one.interval,
        "interval_count": one.interval_count,
        "usage_type": "metered" if one.metered else "licensed",
    }
    return blank("price") | {
        "id": one.id,
        "active": True,
        "currency": one.currency,
        "lookup_key": lookup_key,
        "metadata": marks.get(one.id, {}),
        "product": f"prod_{one.plan}",
        "recurring": recurring,
        "type": "recurring",
        "unit_amount": one.amount,
        "unit_amount_decimal": str(one.amount),
    }


def checkout(one: Checkout, marks: Marks) -> Object:
    return blank("checkout.session") | {
        "id": one.id,
        "customer": one.customer_id,
        "expires_at": seconds(one.expires_at),
        "metadata": marks.get(one.id, {}),
        "mode": "subscription",
        "payment_status": "paid" if one.status == "complete" else "unpaid",
        "status": one.status,
        "subscription": one.subscription_id,
        "url": one.url,
    }


def subscription(state: State, one: Subscription, marks: Marks, expand: set[str]) -> Object:
    method = state.customers[one.customer_id].payment_method
    shown = payment_method(method) if method else None
    whole = schedule(state, one, marks) if one.schedule_id else None
    waiting = state.waiting.get(one.unpaid_invoice_id or "")
    return blank("subscription") | {
        "id": one.id,
        "cancel_at": seconds(one.cancel_at),
        "cancel_at_period_end": one.cancel_at_period_end,
        "canceled_at": seconds(one.canceled_at),
        "created": seconds(one.created_at),
        "currency": one.currency,
        "customer": one.customer_id,
        "default_payment_method": shown
        if "default_payment_method" in expand
        else (shown or {}).get("id"),
        "ended_at": seconds(one.ended_at),
        "items": listed(
            "/v1/subscription_items", [item(state, it, one, marks) for it in one.items]
        ),
        "latest_invoice": one.latest_invoice_id,
        "metadata": marks.get(one.id, {}),
        "pause_collection": one.pause
        and {"behavior": one.pause.behavior, "resumes_at": seconds(one.pause.resumes_at)},
        "pending_update": waiting
        and blank("subscriptions_resource_pending_update")
        | {"subscription_items": [item(state, it, one, marks) for it in waiting]},
        "schedule": whole if "schedule" in expand else one.schedule_id,
        "status": one.status,
        "trial_end": seconds(one.trial_end),
        "trial_start": seconds(one.trial_start),
    }


def item(state: State, one: Item, around: Subscription, marks: Marks) -> Object:
    sold = state.price(one.price_id)
    lookup_key = sold.lookup_key if state.sold_as[sold.lookup_key] == sold.id else None
    made = blank("subscription_item") | {
        "id": one.id,
        "current_period_end": seconds(one.period_end),
        "current_period_start": seconds(one.period_start),
        "price": price(sold, marks, lookup_key),
        "subscription": around.id,
    }
    return made if one.quantity is None else made | {"quantity": one.quantity}


def schedule(state: State, one: Subscription, marks: Marks) -> Object:
    start, end = seconds(one.items[0].period_start), seconds(one.period_end)
    phases = [phase([(it.price_id, it.quantity) for it in one.items], start, end)]
    if one.pending is not None:
        price_id = state.sold_as[one.pending.lookup_key]
        phases.append(phase([(price_id, one.pending.quantity)], end, (end or 0) + 30 * 86400))
    return blank("subscription_schedule") | {
        "id": one.schedule_id,
        "current_phase": {"start_date": start, "end_date": end},
        "customer": one.customer_id,
        "end_behavior": "release",
        "metadata": marks.get(one.schedule_id or "", {}),
        "phases": phases,
        "status": "active",
        "subscription": one.id,
    }


def phase(prices: list[tuple[str, int | None]], start: int | None, end: int | None) -> Object:
    items = [
        blank("subscription_schedule_configuration_item")
        | {"price": price_id}
        | ({} if quantity is None else {"quantity": quantity})
        for price_id, quantity in prices
    ]
    made = blank("subscription_schedule_phase_configuration")
    return made | {"items": items, "start_date": start, "end_date": end}


def invoice(one: Invoice, payment: Payment, expand: set[str]) -> Object:
    made = blank("invoice") | {
        "id": one.id,
        "amount_due": one.total,
        "amount_paid": one.paid,
        "amount_remaining": one.remaining,
        "billing_reason": one.reason,
        "created": seconds(one.created_at),
        "currency": one.currency,
        "customer": one.customer_id,
        "hosted_invoice_url": payment.hosted_url,
        "number": one.number,
        "parent": blank("billing_bill_resource_invoicing_parents_invoice_parent")
        | {
            "type": "subscription_details",
            "subscription_details": blank(
                "billing_bill_resource_invoicing_parents_invoice_subscription_parent"
            )
            | {"subscription": one.subscription_id},
        },
        "status": one.status,
        "status_transitions": blank("invoices_resource_status_transitions")
        | {"paid_at": seconds(one.paid_at)},
        "subtotal": one.total,
        "total": one.total,
    }
    if "payments" in expand:
        paid_by = blank("invoices_payments_invoice_payment_associated_payment") | {
            "type": "payment_intent",
            "payment_intent": f"pi_{one.id}",
        }
        paying = blank("invoice_payment") | {
            "id": f"inpay_{one.id}",
            "invoice": one.id,
            "is_default": True,
            "payment": paid_by,
        }
        made["payments"] = listed("/v1/invoice_payments", [paying] if one.total > 0 else [])
    if "confirmation_secret" in expand and payment.client_secret:
        made["confirmation_secret"] = {
            "client_secret": payment.client_secret,
            "type": "payment_intent",
        }
    return made


def payment_intent(intent_id: str, payment: Payment) -> Object:
    words = {"paid": "succeeded", "declined": "requires_payment_method"}
    made = blank("payment_intent") | {
        "id": intent_id,
        "status": words.get(payment.status, payment.status),
    }
    if payment.decline_code:
        made["last_payment_error"] = blank("api_errors") | {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": payment.decline_code,
        }
    return made


def refund(one: Refund, marks: Marks) -> Object:
    return blank("refund") | {
        "id": one.id,
        "amount": one.amount,
        "created": seconds(one.created_at),
        "currency": one.currency,
        "metadata": marks.get(one.id, {}),
        "payment_intent": f"pi_{one.invoice_id}",
        "reason": one.reason,
        "status": one.status,
    }


def charge(one: Invoice, refunds: list[Refund], marks: Marks) -> Object:
    return blank("charge") | {
        "id": f"ch_{one.id}",
        "amount": one.paid,
        "currency": one.currency,
        "customer": one.customer_id,
        "payment_intent": f"pi_{one.id}",
        "refunds": listed("/v1/refunds", [refund(each, marks) for each in refunds]),
        "status": "succeeded",
    }


def event(one: ProviderEvent) -> Object:
    kind = one.type.rpartition(".")[0]
    about = {"object": kind, "id": one.object_id, "customer": one.customer_id}
    return blank("event") | {
        "id": one.id,
        "created": seconds(one.created_at),
        "data": {"object": about},
        "livemode": one.live,
        "type": one.type,
    }


def endpoint(one: Endpoint) -> Object:
    made = blank("webhook_endpoint") | {
        "id": one.id,
        "api_version": one.api_version,
        "enabled_events": list(one.types),
        "status": "enabled" if one.enabled else "disabled",
        "url": one.url,
    }
    return made | {"secret": one.secret} if one.secret else made


def test_clock(one: TestClock) -> Object:
    return blank("test_helpers.test_clock") | {
        "id": one.id,
        "frozen_time": seconds(one.now),
        "name": one.name,
        "status": "ready",
    }


test_clock.__test__ = False  # type: ignore[attr-defined]
