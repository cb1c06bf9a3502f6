from datetime import datetime, timedelta
from typing import Final, override

from adapters.sandbox import bills, lapse
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.state import DECLINED, Page, SoldPrice, State
from core.billing import provider
from core.billing.exceptions import CardDeclined, CheckoutNotFound
from core.billing.models import (
    Checkout,
    CheckoutOrder,
    CommandId,
    Item,
    PaymentMethod,
    PortalOrder,
    Subscription,
)

OPEN_FOR: Final = timedelta(hours=24)


class Checkouts(provider.Checkouts):
    """Payment pages, served by ourselves under /dev/checkout."""

    def __init__(self, ledger: Ledger, public_url: str) -> None:
        self._ledger = ledger
        self._url = f"{public_url}/dev/checkout"

    @override
    async def open(self, order: CheckoutOrder, *, key: str) -> Checkout:
        async with self._ledger.opened("checkouts.open") as state:
            if key in state.answers:
                return state.pages[state.answers[key]].checkout
            state.paying(order.customer_id)
            for one in order.wanted:
                state.price(one.price_id)
            checkout_id = state.id("cs")
            checkout = Checkout(
                id=checkout_id,
                customer_id=order.customer_id,
                status="open",
                url=f"{self._url}/{checkout_id}",
                expires_at=state.now + OPEN_FOR,
                command_id=order.command_id,
            )
            state.pages[checkout_id] = Page(order=order, checkout=checkout)
            state.answers[key] = checkout_id
            return checkout

    @override
    async def get(self, checkout_id: str) -> Checkout | None:
        async with self._ledger.opened("checkouts.get") as state:
            page = state.pages.get(checkout_id)
            if page is None:
                return None
            return _seen(state, page)

    @override
    async def made_for(self, customer_id: str, command_id: CommandId) -> Checkout | None:
        async with self._ledger.opened("checkouts.made_for") as state:
            seen = [_seen(state, page) for page in state.pages.values()]
            return next(
                (
                    one
                    for one in seen
                    if one.customer_id == customer_id
                    and one.command_id == command_id
                    and one.status == "open"
                ),
                None,
            )

    @override
    async def expire(self, checkout_id: str, *, key: str) -> None:
        async with self._ledger.opened("checkouts.expire") as state:
            page = state.pages.get(checkout_id)
            if page is not None and page.checkout.status == "open":
                page.checkout = page.checkout.evolve(status="expired", url=None)

    @override
    async def portal(self, order: PortalOrder, *, key: str) -> str:
        async with self._ledger.opened("checkouts.portal") as state:
            state.paying(order.customer_id)
            return order.return_url  # nothing is looked after here that can't be by the API

    # --- What happens on the page -----------------------------------------------------------------

    async def page(self, checkout_id: str) -> Page | None:
        async with self._ledger.opened("page") as state:
            return state.pages.get(checkout_id)

    async def price(self, price_id: str) -> SoldPrice:
        async with self._ledger.opened("page") as state:
            return state.price(price_id)

    async def pay(self, checkout_id: str, last4: str = "4242") -> str:
        """Pay as somebody at the page does; return where they are sent. Raise CardDeclined."""
        async with self._ledger.opened("page.pay") as state:
            page = state.pages.get(checkout_id)
            if page is None or page.checkout.status != "open":
                raise CheckoutNotFound
            if last4 == DECLINED:
                raise CardDeclined(decline_code="generic_decline")
            self._paid(state, page, last4)
            return page.order.success_url

    def _paid(self, state: State, page: Page, last4: str) -> None:
        order, now = page.order, state.time_of(page.order.customer_id)
        method = PaymentMethod(
            id=state.id("pm"), brand="visa", last4=last4, expires=f"12/{now.year + 4}"
        )
        state.methods.setdefault(order.customer_id, []).append(method)
        customer = state.customers[order.customer_id]
        first, trial = order.wanted[0], timedelta(days=order.trial_days)
        price = state.price(first.price_id)
        state.customers[order.customer_id] = customer.evolve(
            payment_method=method.model_dump(), currency=price.currency
        )
        items = _items(state, order, now, trial)
        subscription = Subscription(
            id=state.id("sub"),
            customer_id=order.customer_id,
            status="trialing" if trial else "active",
            items=items,
            currency=price.currency,
            created_at=now,
            trial_start=now if trial else None,
            trial_end=now + trial if trial else None,
        )
        amount = 0 if trial else price.amount * (first.quantity or 1)
        invoice = bills.made(state, subscription, amount, now, "subscription_create")
        state.subscriptions[subscription.id] = subscription.evolve(latest_invoice_id=invoice.id)
        page.checkout = page.checkout.evolve(
            status="complete", url=None, subscription_id=subscription.id
        )
        state.happened("checkout.session.completed", order.customer_id, page.checkout.id)
        state.happened("customer.subscription.created", order.customer_id, subscription.id)


def _seen(state: State, page: Page) -> Checkout:
    """Return a page as it is now: it is open for a while."""
    if page.checkout.status == "open" and page.checkout.expires_at <= state.now:
        page.checkout = page.checkout.evolve(status="expired", url=None)
    return page.checkout


def _items(state: State, order: CheckoutOrder, now: datetime, trial: timedelta) -> tuple[Item, ...]:
    first = state.price(order.wanted[0].price_id)
    end = now + (trial or lapse.period(first))
    return tuple(
        Item(
            id=state.id("si"),
            quantity=one.quantity,
            period_start=now,
            period_end=end,
            **state.price(one.price_id).sold,
        )
        for one in order.wanted
    )
