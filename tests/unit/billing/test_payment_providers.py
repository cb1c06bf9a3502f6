from collections.abc import Coroutine
from typing import Any, override

import pytest

from adapters import sandbox
from tests.clock import FakeClock
from tests.contracts.payment_provider import PaymentProviderContract, World


class Sandbox:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ledger = sandbox.Ledger(self.clock)
        self.checkouts = sandbox.Checkouts(self.ledger, "https://example.com")
        self.invoices = sandbox.Invoices(self.ledger, "https://example.com")
        self.provider = sandbox.payment_provider(self.ledger, self.checkouts, self.invoices)

    async def done[T](self, what: Coroutine[Any, Any, T]) -> T:
        return await what


class TestTheSandbox(PaymentProviderContract):
    @pytest.fixture
    @override
    def world(self) -> World:
        return Sandbox()
