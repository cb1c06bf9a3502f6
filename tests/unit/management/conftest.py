from pathlib import Path

import pytest
from dependency_injector import providers

from bootstrap import InMemoryContainer, Settings
from tests.clock import FakeClock
from tests.contracts.founding import owning
from tests.unit.management.office import Office


@pytest.fixture
async def office(tmp_path: Path) -> Office:
    settings = Settings(_env_file=None, data_dir=tmp_path).with_secret_keys()
    container, clock = InMemoryContainer(settings=settings), FakeClock()
    container.clock.override(providers.Object(clock))
    office = Office(container, clock)
    office.owner = await owning(container)
    return office
