import pytest
from dependency_injector import providers
from pydantic import SecretStr

from adapters import memory
from bootstrap import Application, InMemoryContainer, Settings
from tests.clock import FakeClock
from tests.unit.storage.shelves import FaultyWriter, Files


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    return Settings(
        _env_file=None,
        data_dir=folder,
        storage_scanner="external",
        storage_scan_secret=SecretStr("shared with the scanner"),
        storage_multipart_threshold=10_000_000,
        storage_max_object_bytes=100_000_000,
        storage_default_quota_bytes=1_000_000_000,
    ).with_secret_keys()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def container(settings: Settings, clock: FakeClock) -> InMemoryContainer:
    container = InMemoryContainer(settings=settings)
    container.clock.override(providers.Object(clock))
    writer = FaultyWriter(memory.ObjectWriter(container.shelf()))
    container.object_writer.override(providers.Object(writer))
    return container


@pytest.fixture
async def files(container: InMemoryContainer, clock: FakeClock) -> Files:
    """An organization with a bucket, and its owner at work in it."""
    files = Files(Application(container), container, clock)
    await files.open()
    return files
