from typing import override

from adapters.sandbox.ledger import Ledger
from core.billing import provider
from core.billing.exceptions import CardDeclined, ProviderNotFound
from core.billing.models import Invoice, PaymentMethod


class Invoices(provider.Invoices):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def of(self, customer_id: str, *, limit: int) -> list[Invoice]:
        async with self._ledger.opened("invoices.of") as state:
            found = [one for one in state.invoices.values() if one.customer_id == customer_id]
            return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)[:limit]

    @override
    async def get(self, invoice_id: str) -> Invoice | None:
        async with self._ledger.opened("invoices.get") as state:
            return state.invoices.get(invoice_id)

    @override
    async def pay(self, invoice_id: str, *, key: str) -> Invoice:
        async with self._ledger.opened("invoices.pay") as state:
            invoice, now = state.invoices.get(invoice_id), self._ledger.now
            if invoice is None:
                raise ProviderNotFound
            if invoice.status == "paid":
                return invoice
            if not state.pays(invoice.customer_id):
                raise CardDeclined(decline_code="generic_decline")
            paid = invoice.evolve(status="paid", paid=invoice.total, remaining=0, paid_at=now)
            state.invoices[invoice_id] = paid
            subscription = state.subscriptions.get(invoice.subscription_id or "")
            if subscription is not None and subscription.status == "past_due":
                state.subscriptions[subscription.id] = subscription.evolve(status="active")
            state.happened("invoice.paid", invoice.customer_id, now, invoice_id)
            return paid


class PaymentMethods(provider.PaymentMethods):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def of(self, customer_id: str) -> list[PaymentMethod]:
        async with self._ledger.opened("methods.of") as state:
            return list(state.methods.get(customer_id, ()))

    @override
    async def begin(self, customer_id: str, *, key: str) -> str:
        async with self._ledger.opened("methods.begin") as state:
            if customer_id not in state.customers:
                raise ProviderNotFound
            return f"{state.id('seti')}_secret"

    @override
    async def choose(self, customer_id: str, payment_method_id: str, *, key: str) -> None:
        async with self._ledger.opened("methods.choose") as state:
            method = next(
                (one for one in state.methods.get(customer_id, ()) if one.id == payment_method_id),
                None,
            )
            if method is None:
                raise ProviderNotFound
            customer = state.customers[customer_id]
            state.customers[customer_id] = customer.evolve(payment_method=method.model_dump())
            state.happened("customer.updated", customer_id, self._ledger.now, customer_id)

    @override
    async def detach(self, payment_method_id: str, *, key: str) -> None:
        async with self._ledger.opened("methods.detach") as state:
            for customer_id, methods in state.methods.items():
                state.methods[customer_id] = [one for one in methods if one.id != payment_method_id]
                customer = state.customers[customer_id]
                if customer.payment_method and customer.payment_method.id == payment_method_id:
                    left = state.methods[customer_id]
                    state.customers[customer_id] = customer.evolve(
                        payment_method=left[0].model_dump() if left else None
                    )

    async def add(self, customer_id: str, last4: str) -> PaymentMethod:
        """Add a card, as the provider's own page does."""
        async with self._ledger.opened("methods.add") as state:
            method = PaymentMethod(id=state.id("pm"), brand="visa", last4=last4, expires="12/2040")
            state.methods.setdefault(customer_id, []).append(method)
            return method
