from typing import override

from adapters.sandbox import bills
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.state import State
from core.billing import provider
from core.billing.exceptions import CardDeclined, ProviderNotFound, ProviderRejected
from core.billing.models import Invoice, Payment, PaymentMethod, Refund, RefundOrder


class Invoices(provider.Invoices):
    def __init__(self, ledger: Ledger, public_url: str) -> None:
        self._ledger, self._public_url = ledger, public_url

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
    async def pay(self, invoice_id: str, *, key: str) -> Payment:
        async with self._ledger.opened("invoices.pay") as state:
            invoice = _invoice(state, invoice_id)
            if invoice.status == "open" and state.pays(invoice.customer_id):
                bills.pay(state, invoice)
            stands = bills.payment(state, state.invoices[invoice_id], self._public_url)
            if stands.status == "declined":
                raise CardDeclined(decline_code=stands.decline_code)
            return stands

    @override
    async def payment(self, invoice_id: str) -> Payment:
        async with self._ledger.opened("invoices.payment") as state:
            return bills.payment(state, _invoice(state, invoice_id), self._public_url)

    @override
    async def void(self, invoice_id: str, *, key: str) -> None:
        async with self._ledger.opened("invoices.void") as state:
            invoice = _invoice(state, invoice_id)
            if invoice.status == "open":
                bills.void(state, invoice)

    async def confirm(self, invoice_id: str) -> None:
        """Confirm a payment as the holder of a card does, on a page of the provider's."""
        async with self._ledger.opened("invoices.confirm") as state:
            invoice = _invoice(state, invoice_id)
            if invoice.status == "open":
                bills.pay(state, invoice)


class Refunds(provider.Refunds):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def of(self, customer_id: str) -> list[Refund]:
        async with self._ledger.opened("refunds.of") as state:
            theirs = {one.id for one in state.invoices.values() if one.customer_id == customer_id}
            return [one for one in reversed(state.refunds) if one.invoice_id in theirs]

    @override
    async def make(self, order: RefundOrder, *, key: str) -> Refund:
        async with self._ledger.opened("refunds.make") as state:
            if key in state.answers:
                return next(one for one in state.refunds if one.id == state.answers[key])
            invoice = _invoice(state, order.invoice_id)
            gone = sum(one.amount for one in state.refunds if one.invoice_id == invoice.id)
            if order.amount > invoice.paid - gone:
                raise ProviderRejected(provider_code="charge_already_refunded", param="amount")
            refund = Refund(
                id=state.id("re"),
                invoice_id=invoice.id,
                amount=order.amount,
                currency=invoice.currency,
                status="succeeded",
                reason=order.reason,
                command_id=order.command_id,
                created_at=state.time_of(invoice.customer_id),
            )
            state.refunds.append(refund)
            state.answers[key] = refund.id
            state.happened("charge.refunded", invoice.customer_id, refund.id)
            return refund


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
            state.paying(customer_id)
            return f"{state.id('seti')}_secret"

    @override
    async def choose(self, customer_id: str, payment_method_id: str, *, key: str) -> None:
        async with self._ledger.opened("methods.choose") as state:
            theirs = state.methods.get(customer_id, ())
            method = next((one for one in theirs if one.id == payment_method_id), None)
            if method is None:
                raise ProviderRejected(provider_code="resource_missing")
            customer = state.customers[customer_id]
            state.customers[customer_id] = customer.evolve(payment_method=method.model_dump())
            state.happened("customer.updated", customer_id, customer_id)

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


def _invoice(state: State, invoice_id: str) -> Invoice:
    invoice = state.invoices.get(invoice_id)
    if invoice is None:
        raise ProviderNotFound
    return invoice
