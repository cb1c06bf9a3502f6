from pathlib import Path

import pytest

from bootstrap import Application, InMemoryContainer, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path).with_secret_keys()


@pytest.fixture
def container(settings: Settings) -> InMemoryContainer:
    return InMemoryContainer(settings=settings)


@pytest.fixture
def application(container: InMemoryContainer) -> Application:
    return Application(container)
