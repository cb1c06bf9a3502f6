from collections.abc import AsyncIterator

import pytest
from dependency_injector import providers

from bootstrap import Application, InMemoryContainer, Settings
from core.accounts import service
from tests.clock import FakeClock
from tests.unit.console.hall import SYSTEM, Hall


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def container(settings: Settings, clock: FakeClock) -> InMemoryContainer:
    container = InMemoryContainer(settings=settings)
    container.clock.override(providers.Object(clock))
    return container


@pytest.fixture
async def hall(container: InMemoryContainer, clock: FakeClock) -> AsyncIterator[Hall]:
    application = Application(container)
    await application.use(service.EnsureSigningKeys)(None, SYSTEM)
    hall = Hall(application, container, clock)
    yield hall
    for browser in hall.opened:
        await browser.close()
