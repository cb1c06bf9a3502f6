from collections.abc import Sequence
from datetime import datetime
from typing import override

from adapters.sandbox.ledger import Ledger
from adapters.sandbox.state import SoldPrice
from core.billing import provider
from core.billing.catalogue import Plan, Price
from core.billing.models import Customer, ProviderEvent
from core.models import OrganizationId


class Customers(provider.Customers):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def create(self, customer: Customer, metadata: dict[str, str], *, key: str) -> Customer:
        async with self._ledger.opened("customers.create") as state:
            if key in state.answers:
                return state.customers[state.answers[key]]
            made = customer.evolve(id=state.id("cus"))
            state.customers[made.id] = made
            state.answers[key] = made.id
            return made

    @override
    async def get(self, customer_id: str) -> Customer | None:
        async with self._ledger.opened("customers.get") as state:
            return state.customers.get(customer_id)

    @override
    async def find(self, organization_id: OrganizationId) -> Customer | None:
        async with self._ledger.opened("customers.find") as state:
            return next(
                (
                    one
                    for one in state.customers.values()
                    if one.organization_id == organization_id and not one.deleted
                ),
                None,
            )

    async def delete(self, customer_id: str) -> None:
        """Delete a customer, as somebody does in the provider's dashboard."""
        async with self._ledger.opened("customers.delete") as state:
            state.customers[customer_id] = state.customers[customer_id].evolve(deleted=True)
            state.happened("customer.deleted", customer_id, self._ledger.now, customer_id)


class Shop(provider.Shop):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def prices(self) -> dict[str, str]:
        async with self._ledger.opened("shop.prices") as state:
            return {key: price.id for key, price in state.prices.items()}

    @override
    async def put(self, plan: Plan, price: Price, *, key: str) -> str:
        async with self._ledger.opened("shop.put") as state:
            if key not in state.answers:
                made = SoldPrice(
                    id=state.id("price"),
                    plan=plan.name,
                    **price.model_dump(exclude={"role", "meter"}),
                )
                state.prices[price.lookup_key] = made
                state.answers[key] = made.id
            price_id: str = state.answers[key]
            return price_id


class ProviderEvents(provider.ProviderEvents):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def since(
        self, moment: datetime, types: Sequence[str], *, limit: int
    ) -> list[ProviderEvent]:
        async with self._ledger.opened("events.since") as state:
            return [
                one for one in state.events if one.created_at >= moment and one.type in set(types)
            ][:limit]
