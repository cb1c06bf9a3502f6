from datetime import datetime
from typing import override

from adapters.sandbox import lapse
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.shop import created, deleted
from core.billing import provider
from core.billing.exceptions import ProviderNotFound, ProviderRejected
from core.billing.models import Customer, TestClock


class TestClocks(provider.TestClocks):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def create(self, name: str, now: datetime, *, key: str) -> TestClock:
        async with self._ledger.opened("clocks.create") as state:
            if key not in state.answers:
                made = TestClock(id=state.id("clock"), name=name, now=now)
                state.clocks[made.id] = made
                state.answers[key] = made.id
            return state.clocks[state.answers[key]]

    @override
    async def get(self, clock_id: str) -> TestClock | None:
        async with self._ledger.opened("clocks.get") as state:
            return state.clocks.get(clock_id)

    @override
    async def admit(self, clock_id: str, customer: Customer, metadata: dict[str, str]) -> Customer:
        async with self._ledger.opened("clocks.admit") as state:
            if clock_id not in state.clocks:
                raise ProviderNotFound
            made = created(state, customer, f"core:clock:{clock_id}:customer")
            state.lives_by[made.id] = clock_id
            return made

    @override
    async def advance(self, clock_id: str, now: datetime) -> TestClock:
        async with self._ledger.opened("clocks.advance") as state:
            clock = state.clocks.get(clock_id)
            if clock is None:
                raise ProviderNotFound
            if now <= clock.now:
                raise ProviderRejected("A clock only goes forward.", param="frozen_time")
            state.clocks[clock_id] = clock.evolve(now=now)
            lapse.until_now(state)
            return state.clocks[clock_id]

    @override
    async def delete(self, clock_id: str) -> None:
        async with self._ledger.opened("clocks.delete") as state:
            for customer_id, clock in state.lives_by.items():
                if clock == clock_id and not state.customers[customer_id].deleted:
                    deleted(state, customer_id)
            state.clocks.pop(clock_id, None)
