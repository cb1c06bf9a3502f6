from pathlib import Path

import pytest
from dependency_injector import providers

from bootstrap import InMemoryContainer, Settings
from tests.clock import FakeClock
from tests.contracts.founding import owning
from tests.unit.flags.desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    settings = Settings(_env_file=None, data_dir=tmp_path).with_secret_keys()
    container, clock = InMemoryContainer(settings=settings), FakeClock()
    container.clock.override(providers.Object(clock))
    desk = Desk(container, clock)
    desk.owner = await owning(container)
    return desk
