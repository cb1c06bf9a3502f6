import pytest
from dependency_injector import providers

from bootstrap import Application, InMemoryContainer, Settings
from core.accounts import service
from core.models import Actor
from tests.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def container(settings: Settings, clock: FakeClock) -> InMemoryContainer:
    container = InMemoryContainer(settings=settings)
    container.clock.override(providers.Object(clock))
    return container


@pytest.fixture
async def application(container: InMemoryContainer) -> Application:
    application = Application(container)
    await application.use(service.EnsureSigningKeys)(None, Actor(kind="system"))
    return application
