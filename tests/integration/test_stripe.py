"""The Stripe adapter, against a Stripe that takes nothing but what its specification allows."""

from collections.abc import AsyncIterator, Iterator
from typing import override

import pytest

from adapters import stripe
from core.telemetry import NullTracer
from tests.clock import FakeClock
from tests.contracts.payment_provider import PaymentProviderContract, World
from tests.stripe.server import API_KEY, SpecifiedStripe

# The library hands text to httpx as `data`, which httpx would rather have as `content`.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


class Specified(SpecifiedStripe):
    def __init__(self) -> None:
        super().__init__(FakeClock())
        self.asked = stripe.Stripe(API_KEY, NullTracer(), base=self.url)
        self.provider = stripe.payment_provider(self.asked, "development")


@pytest.fixture(scope="module")
def server() -> Iterator[Specified]:
    specified = Specified()
    with specified.beside():
        yield specified


@pytest.fixture
async def specified(server: Specified) -> AsyncIterator[Specified]:
    server.problems.clear()
    async with server.asked:
        yield server
    assert server.problems == []


class TestStripe(PaymentProviderContract):
    @pytest.fixture
    @override
    def world(self, specified: Specified) -> World:
        return specified
