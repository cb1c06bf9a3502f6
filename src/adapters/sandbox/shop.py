from collections.abc import Sequence
from datetime import datetime
from typing import override

from adapters.sandbox.ledger import Ledger
from adapters.sandbox.state import SoldPrice, State
from core.billing import provider
from core.billing.catalogue import Plan, Price
from core.billing.models import Customer, Endpoint, ListedPrice, ProviderEvent, UsageReport
from core.models import OrganizationId


class Customers(provider.Customers):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def create(self, customer: Customer, metadata: dict[str, str], *, key: str) -> Customer:
        async with self._ledger.opened("customers.create") as state:
            return created(state, customer, key)

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
            deleted(state, customer_id)


class Shop(provider.Shop):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def prices(self) -> dict[str, ListedPrice]:
        async with self._ledger.opened("shop.prices") as state:
            return {key: state.prices[one] for key, one in state.sold_as.items()}

    @override
    async def put(self, plan: Plan, price: Price, *, key: str) -> str:
        async with self._ledger.opened("shop.put") as state:
            if key not in state.answers:
                made = SoldPrice(
                    id=state.id("price"),
                    plan=plan.name,
                    metered=price.role == "metered",
                    **price.model_dump(exclude={"role", "meter"}),
                )
                state.prices[made.id] = made
                state.answers[key] = made.id
            state.sold_as[price.lookup_key] = state.answers[key]
            return state.sold_as[price.lookup_key]


class UsageReports(provider.UsageReports):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def report(self, used: UsageReport) -> None:
        async with self._ledger.opened("usage.report") as state:
            state.usage.setdefault(used.id, used)


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


class Endpoints(provider.Endpoints):
    """Nothing is sent anywhere: who looks at the sandbox finds what happened there."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    @override
    def api_version(self) -> str:
        return "sandbox"

    @override
    async def all(self) -> list[Endpoint]:
        async with self._ledger.opened("endpoints.all") as state:
            return [one.evolve(secret=None) for one in state.endpoints.values()]

    @override
    async def create(self, url: str, types: Sequence[str], *, key: str) -> Endpoint:
        async with self._ledger.opened("endpoints.create") as state:
            if key not in state.answers:
                made = Endpoint(
                    id=state.id("we"),
                    url=url,
                    api_version=self.api_version,
                    types=tuple(types),
                    secret="whsec_sandbox",  # noqa: S106 - nothing is signed with it
                )
                state.endpoints[made.id] = made
                state.answers[key] = made.id
            return state.endpoints[state.answers[key]]

    @override
    async def delete(self, endpoint_id: str) -> None:
        async with self._ledger.opened("endpoints.delete") as state:
            state.endpoints.pop(endpoint_id, None)


def created(state: State, customer: Customer, key: str) -> Customer:
    if key not in state.answers:
        made = customer.evolve(id=state.id("cus"))
        state.customers[made.id] = made
        state.answers[key] = made.id
    return state.customers[state.answers[key]]


def deleted(state: State, customer_id: str) -> None:
    """Delete a customer: what they pay for ends."""
    state.customers[customer_id] = state.customers[customer_id].evolve(deleted=True)
    for one in state.subscriptions.values():
        if one.customer_id == customer_id and one.ended_at is None:
            now = state.time_of(customer_id)
            state.subscriptions[one.id] = one.evolve(status="canceled", ended_at=now)
    state.happened("customer.deleted", customer_id, customer_id)
