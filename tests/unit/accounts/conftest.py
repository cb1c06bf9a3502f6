import pytest
from dependency_injector import providers

from bootstrap import Application, InMemoryContainer, Settings
from core.accounts import service
from core.models import Actor
from tests.clock import FakeClock
from tests.unit.accounts.world import World


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Read once: nothing here is written to the folder but the keys."""
    folder = tmp_path_factory.mktemp("data")
    return Settings(_env_file=None, data_dir=folder).with_secret_keys()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def container(settings: Settings, clock: FakeClock) -> InMemoryContainer:
    container = InMemoryContainer(settings=settings)
    container.clock.override(providers.Object(clock))
    return container


async def application_of(container: InMemoryContainer) -> Application:
    application = Application(container)
    await application.use(service.EnsureSigningKeys)(None, Actor(kind="system"))
    return application


@pytest.fixture
async def application(container: InMemoryContainer) -> Application:
    return await application_of(container)


@pytest.fixture
def world(application: Application, container: InMemoryContainer, clock: FakeClock) -> World:
    world = World(application, container, clock)
    world.forget()
    return world
