from typing import override

from pydantic import Field

from adapters.stripe import told
from adapters.stripe.bills import Invoice, PaymentIntent, Refund
from adapters.stripe.client import PAGE, Stripe, once
from core.billing import models, provider
from core.billing.exceptions import CardDeclined, ProviderNotFound, ProviderRejected
from core.billing.models import Payment, PaymentMethod, RefundOrder

CONFIRM = "invoice_payment_intent_requires_action"
STANDS = {"succeeded": "paid", "processing": "processing", "requires_action": "requires_action"}


class Invoices(provider.Invoices):
    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def of(self, customer_id: str, *, limit: int) -> list[models.Invoice]:
        found = await self._stripe.all(
            "invoices.of",
            lambda client: client.v1.invoices.list_async({"customer": customer_id, "limit": PAGE}),
            limit=limit,
        )
        return [Invoice.by(one).ours() for one in found]

    @override
    async def get(self, invoice_id: str) -> models.Invoice | None:
        found = await self._stripe.find(
            "invoices.get", lambda client: client.v1.invoices.retrieve_async(invoice_id)
        )
        return Invoice.by(found).ours() if found else None

    @override
    async def pay(self, invoice_id: str, *, key: str) -> Payment:
        try:
            await self._stripe.ask(
                "invoices.pay",
                lambda client: client.v1.invoices.pay_async(invoice_id, {}, once(key)),
            )
        except (CardDeclined, ProviderRejected) as error:
            told_code = error.members.get("decline_code") or error.members.get("provider_code")
            if told_code != CONFIRM:
                raise
        return await self.payment(invoice_id)

    @override
    async def payment(self, invoice_id: str) -> Payment:
        invoice = await _paid_by(self._stripe, invoice_id)
        intent_id = invoice.payment_intent_id
        if invoice.status == "paid":
            return Payment(invoice_id=invoice_id, status="paid")
        if intent_id is None:  # nothing was tried yet
            return Payment(
                invoice_id=invoice_id, status="processing", hosted_url=invoice.hosted_invoice_url
            )
        intent = PaymentIntent.by(
            await self._stripe.ask(
                "payments.get",
                lambda client: client.v1.payment_intents.retrieve_async(intent_id),
            )
        )
        error, secret = intent.last_payment_error, invoice.confirmation_secret
        return Payment.model_validate(
            {
                "invoice_id": invoice_id,
                "status": STANDS.get(intent.status, "declined"),
                "client_secret": secret.client_secret if secret else None,
                "hosted_url": invoice.hosted_invoice_url,
                "decline_code": (error.decline_code or error.code) if error else None,
            }
        )

    @override
    async def void(self, invoice_id: str, *, key: str) -> None:
        await self._stripe.ask(
            "invoices.void",
            lambda client: client.v1.invoices.void_invoice_async(invoice_id, {}, once(key)),
        )


class Refunds(provider.Refunds):
    """A refund is of a payment, and a payment is for an invoice: the invoice is looked up."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def of(self, customer_id: str) -> list[models.Refund]:
        charges = await self._stripe.all(
            "refunds.of",
            lambda client: client.v1.charges.list_async(
                {"customer": customer_id, "limit": PAGE, "expand": ["data.refunds"]}
            ),
            limit=PAGE,
        )
        refunds = [one for charge in charges for one in Charge.by(charge).refunds.data]
        if not refunds:
            return []
        invoices = await self._stripe.all(
            "refunds.of",
            lambda client: client.v1.invoices.list_async(
                {"customer": customer_id, "limit": PAGE, "expand": ["data.payments"]}
            ),
            limit=PAGE,
        )
        paid = {one.payment_intent_id: one.id for one in map(Invoice.by, invoices)}
        found = [one.ours(paid.get(one.payment_intent)) for one in refunds]
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)

    @override
    async def make(self, order: RefundOrder, *, key: str) -> models.Refund:
        invoice = await _paid_by(self._stripe, order.invoice_id)
        intent_id = invoice.payment_intent_id
        if intent_id is None:
            raise ProviderNotFound
        made = await self._stripe.ask(
            "refunds.make",
            lambda client: client.v1.refunds.create_async(
                {
                    "payment_intent": intent_id,
                    "amount": order.amount,
                    "reason": order.reason,
                    "metadata": order.metadata,
                },
                once(key),
            ),
        )
        return Refund.by(made).ours(order.invoice_id)


class ChargeRefunds(told.Told):
    data: list[Refund] = Field(default_factory=list)


class Charge(told.Told):
    refunds: ChargeRefunds = ChargeRefunds()


class PaymentMethods(provider.PaymentMethods):
    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def of(self, customer_id: str) -> list[PaymentMethod]:
        found = await self._stripe.all(
            "methods.of",
            lambda client: client.v1.customers.payment_methods.list_async(
                customer_id, {"limit": PAGE}
            ),
        )
        return [told.PaymentMethod.by(one).ours() for one in found]

    @override
    async def begin(self, customer_id: str, *, key: str) -> str:
        made = await self._stripe.ask(
            "methods.begin",
            lambda client: client.v1.setup_intents.create_async(
                {
                    "customer": customer_id,
                    "usage": "off_session",
                    "automatic_payment_methods": {"enabled": True},
                },
                once(key),
            ),
        )
        return made.client_secret or ""

    @override
    async def choose(self, customer_id: str, payment_method_id: str, *, key: str) -> None:
        """A subscription that was begun on a page has a method of its own: it is told, too."""
        await self._stripe.ask(
            "methods.choose",
            lambda client: client.v1.customers.update_async(
                customer_id,
                {"invoice_settings": {"default_payment_method": payment_method_id}},
                once(key),
            ),
        )
        living = await self._stripe.all(
            "methods.choose",
            lambda client: client.v1.subscriptions.list_async(
                {"customer": customer_id, "limit": PAGE}
            ),
        )
        for one in living:
            await self._let_pay(one.id, payment_method_id, key)

    async def _let_pay(self, subscription_id: str, payment_method_id: str, key: str) -> None:
        await self._stripe.ask(
            "methods.choose",
            lambda client: client.v1.subscriptions.update_async(
                subscription_id,
                {"default_payment_method": payment_method_id},
                once(f"{key}:{subscription_id}"),
            ),
        )

    @override
    async def detach(self, payment_method_id: str, *, key: str) -> None:
        await self._stripe.ask(
            "methods.detach",
            lambda client: client.v1.payment_methods.detach_async(payment_method_id, {}, once(key)),
        )


async def _paid_by(stripe: Stripe, invoice_id: str) -> Invoice:
    """Return an invoice with what it is paid by, and the secret to pay it with."""
    found = await stripe.ask(
        "invoices.get",
        lambda client: client.v1.invoices.retrieve_async(
            invoice_id, {"expand": ["payments", "confirmation_secret"]}
        ),
    )
    return Invoice.by(found)
