import pytest
from dependency_injector import providers

from bootstrap import Application, InMemoryContainer, Settings
from tests.clock import FakeClock
from tests.unit.webhooks.office import Office, Receiver


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    return Settings(_env_file=None, data_dir=folder).with_secret_keys()


@pytest.fixture
async def office(settings: Settings) -> Office:
    """An organization that wants to hear of things, and who hears them."""
    container, clock, receiver = InMemoryContainer(settings=settings), FakeClock(), Receiver()
    container.clock.override(providers.Object(clock))
    container.sender.override(providers.Object(receiver))
    office = Office(Application(container), container, clock, receiver)
    await office.open()
    return office
