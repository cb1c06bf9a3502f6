from datetime import datetime
from typing import override

from adapters.stripe import told
from adapters.stripe.client import Stripe, once
from core.billing import provider
from core.billing.models import Customer, TestClock
from core.models import OrganizationId


class Customers(provider.Customers):
    def __init__(self, stripe: Stripe, environment: str) -> None:
        self._stripe, self._environment = stripe, environment

    @override
    async def create(self, customer: Customer, metadata: dict[str, str], *, key: str) -> Customer:
        made = await self._stripe.ask(
            "customers.create",
            lambda client: client.v1.customers.create_async(
                {
                    "email": customer.email or "",
                    "name": customer.name or "",
                    "metadata": metadata,
                },
                once(key),
            ),
        )
        return told.Customer.by(made).ours(self._environment)

    @override
    async def get(self, customer_id: str) -> Customer | None:
        found = await self._stripe.find(
            "customers.get",
            lambda client: client.v1.customers.retrieve_async(
                customer_id, {"expand": ["invoice_settings.default_payment_method"]}
            ),
        )
        return told.Customer.by(found).ours(self._environment) if found else None

    @override
    async def find(self, organization_id: OrganizationId) -> Customer | None:
        """Search, which finds what is a minute old; what is younger, the idempotency key does."""
        query = (
            f"metadata['{told.ORGANIZATION}']:'{organization_id}'"
            f" AND metadata['{told.ENVIRONMENT}']:'{self._environment}'"
        )
        found = await self._stripe.ask(
            "customers.find",
            lambda client: client.v1.customers.search_async({"query": query, "limit": 1}),
        )
        ours = [told.Customer.by(one).ours(self._environment) for one in found.data]
        return next((one for one in ours if not one.deleted), None)


class TestClocks(provider.TestClocks):
    """https://docs.stripe.com/billing/testing/test-clocks: not for keys that move real money."""

    def __init__(self, stripe: Stripe, environment: str) -> None:
        self._stripe, self._environment = stripe, environment

    @override
    async def create(self, name: str, now: datetime, *, key: str) -> TestClock:
        made = await self._stripe.ask(
            "test_clocks.create",
            lambda client: client.v1.test_helpers.test_clocks.create_async(
                {"name": name, "frozen_time": int(now.timestamp())}, once(key)
            ),
        )
        return Clock.by(made).ours()

    @override
    async def get(self, clock_id: str) -> TestClock | None:
        found = await self._stripe.find(
            "test_clocks.get",
            lambda client: client.v1.test_helpers.test_clocks.retrieve_async(clock_id),
        )
        return Clock.by(found).ours() if found else None

    @override
    async def admit(self, clock_id: str, customer: Customer, metadata: dict[str, str]) -> Customer:
        made = await self._stripe.ask(
            "test_clocks.admit",
            lambda client: client.v1.customers.create_async(
                {
                    "email": customer.email or "",
                    "name": customer.name or "",
                    "metadata": metadata,
                    "test_clock": clock_id,
                },
                once(f"core:clock:{clock_id}:customer"),
            ),
        )
        return told.Customer.by(made).ours(self._environment)

    @override
    async def advance(self, clock_id: str, now: datetime) -> TestClock:
        advanced = await self._stripe.ask(
            "test_clocks.advance",
            lambda client: client.v1.test_helpers.test_clocks.advance_async(
                clock_id, {"frozen_time": int(now.timestamp())}
            ),
        )
        return Clock.by(advanced).ours()

    @override
    async def delete(self, clock_id: str) -> None:
        await self._stripe.find(
            "test_clocks.delete",
            lambda client: client.v1.test_helpers.test_clocks.delete_async(clock_id),
        )


class Clock(told.Told):
    id: str
    name: str | None = None
    frozen_time: told.Moment
    status: str

    def ours(self) -> TestClock:
        return TestClock(
            id=self.id, name=self.name or "", now=self.frozen_time, ready=self.status == "ready"
        )
