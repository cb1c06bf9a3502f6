"""Stripe's invoices, their payments, and what went back: as far as we read them."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.stripe.told import Id, InvoiceStatus, Marked, Moment, Told
from core.billing import models


class SubscriptionDetails(Told):
    subscription: Id | None = None


class InvoiceParent(Told):
    subscription_details: SubscriptionDetails | None = None


class Tax(Told):
    amount: int


class StatusTransitions(Told):
    paid_at: Moment | None = None


class PaidBy(Told):
    payment_intent: Id | None = None


class InvoicePayment(Told):
    is_default: bool = False
    payment: PaidBy


class InvoicePayments(Told):
    data: list[InvoicePayment] = Field(default_factory=list)


class Secret(Told):
    client_secret: str


class Line(Told):
    description: str | None = None
    amount: int
    parent: dict[str, object] | None = None

    def ours(self) -> models.PreviewLine:
        details = (self.parent or {}).get("subscription_item_details")
        proration = bool(details.get("proration")) if isinstance(details, dict) else False
        return models.PreviewLine(
            description=self.description or "", amount=self.amount, proration=proration
        )


class Lines(Told):
    data: list[Line] = Field(default_factory=list)


def _taxes(value: object) -> object:
    return value or []


class Invoice(Told):
    id: str = ""
    customer: Id | None = None
    parent: InvoiceParent | None = None
    number: str | None = None
    status: InvoiceStatus = "unknown"
    billing_reason: str | None = None
    currency: str
    total: int
    total_taxes: Annotated[list[Tax], BeforeValidator(_taxes)] = Field(default_factory=list)
    amount_due: int = 0
    amount_paid: int = 0
    amount_remaining: int = 0
    created: Moment
    due_date: Moment | None = None
    status_transitions: StatusTransitions = StatusTransitions()
    hosted_invoice_url: str | None = None
    invoice_pdf: str | None = None
    payments: InvoicePayments = InvoicePayments()
    confirmation_secret: Secret | None = None
    lines: Lines = Lines()

    @property
    def payment_intent_id(self) -> str | None:
        """Return by what it is, or was, paid."""
        payments = sorted(self.payments.data, key=lambda one: not one.is_default)
        found = (one.payment.payment_intent for one in payments)
        return next((one for one in found if one), None)

    def ours(self) -> models.Invoice:
        details = self.parent.subscription_details if self.parent else None
        return models.Invoice(
            id=self.id,
            customer_id=self.customer or "",
            subscription_id=details.subscription if details else None,
            number=self.number,
            status=self.status,
            reason=self.billing_reason,
            currency=self.currency,
            total=self.total,
            tax=sum(tax.amount for tax in self.total_taxes),
            paid=self.amount_paid,
            remaining=self.amount_remaining,
            created_at=self.created,
            due_at=self.due_date,
            paid_at=self.status_transitions.paid_at,
            hosted_url=self.hosted_invoice_url,
            pdf_url=self.invoice_pdf,
        )


class PaymentError(Told):
    code: str | None = None
    decline_code: str | None = None


class PaymentIntent(Told):
    status: str
    last_payment_error: PaymentError | None = None


class Refund(Marked):
    amount: int
    currency: str
    status: str | None = None
    reason: str | None = None
    payment_intent: Id | None = None
    created: Moment

    def ours(self, invoice_id: str | None) -> models.Refund:
        return models.Refund.model_validate(
            {
                "id": self.id,
                "invoice_id": invoice_id,
                "amount": self.amount,
                "currency": self.currency,
                "status": self.status if self.status in REFUND_STATUSES else "unknown",
                "reason": self.reason,
                "command_id": self.command_id,
                "created_at": self.created,
            }
        )


REFUND_STATUSES = frozenset({"pending", "requires_action", "succeeded", "failed", "canceled"})
