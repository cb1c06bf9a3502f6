import pytest
from dependency_injector import providers

from bootstrap import Application, InMemoryContainer, Settings
from tests.clock import FakeClock
from tests.unit.billing.desk import Desk


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
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


@pytest.fixture
async def desk(container: InMemoryContainer, clock: FakeClock) -> Desk:
    """An organization that may pay for what is sold, and its owner."""
    desk = Desk(Application(container), container, clock)
    await desk.open()
    return desk
