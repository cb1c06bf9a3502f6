import os
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from adapters.embedded import EmbeddedPostgres, Urls
from bootstrap import Application, Container, Settings, application, migrate
from tests.integration import seaweed
from tests.integration.openid import Hostile, OpenidProviders
from tests.integration.service import Service

WEBHOOK_SECRET = "whsec_tests"

# All that the tests talk to is on this machine. Reading whom to trust beyond it would take each of
# their thousands of clients 30 ms.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull


LONG = ("test_openapi_forbidden", "test_openapi_made_up", "test_wire_routes", "test_migrations")
"""Whose tests go first: a worker that begins them last would be the only one at work in the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    """A PostgreSQL of the tests' own."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def settings(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    read = Settings(_env_file=None, data_dir=folder, log_level="warning")
    return read.at(urls.app, urls.owner).with_secret_keys()


@pytest.fixture(scope="session")
async def wired(settings: Settings) -> AsyncIterator[Application]:
    """The service over a migrated database; tests keep apart by using names of their own."""
    await migrate(settings)
    async with application(settings) as wired:
        yield wired


@pytest.fixture
def container(wired: Application) -> Container:
    return wired.container


@pytest.fixture(scope="session")
def clickhouse_url() -> Iterator[str]:
    from tests.integration import columns  # noqa: PLC0415 - its engine is half a gigabyte

    with columns.running() as url:
        yield url


@pytest.fixture(scope="session")
async def columns(
    wired: Application, settings: Settings, clickhouse_url: str
) -> AsyncIterator[Container]:
    """The service with its events in ClickHouse and all else in PostgreSQL."""
    named = settings.model_copy(update={"stats_clickhouse_url": SecretStr(clickhouse_url)})
    container = Container(settings=named)
    async with Application(container).opened():
        yield container


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service as a user starts it, on a free port, with limits that tests can bear."""
    folder = tmp_path_factory.mktemp("service")
    with Service(folder, stripe_webhook_secrets=WEBHOOK_SECRET) as started:
        yield started


@pytest.fixture(scope="session")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real S3 server answers."""
    with seaweed.running(tmp_path_factory.mktemp("seaweed")) as url:
        yield url


@pytest.fixture(scope="session")
def openid() -> Iterator[OpenidProviders]:
    """Certified sign-in providers, on free ports."""
    with OpenidProviders() as started:
        yield started


@pytest.fixture(scope="session")
def hostile_server() -> Iterator[Hostile]:
    with Hostile() as started:
        yield started


@pytest.fixture
def hostile(hostile_server: Hostile) -> Hostile:
    """A sign-in provider that cheats as `behave` tells it to, and is honest until then."""
    hostile_server.behave()
    return hostile_server


@pytest.fixture(scope="session", params=["disk", "s3"])
def file_service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service with its files on disk, and then with its files on a real S3 server."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "disk":
        with Service(folder) as started:
            yield started
        return
    with seaweed.running(tmp_path_factory.mktemp("seaweed")) as url:
        variables = {
            name.removeprefix("CORE_").lower(): value
            for name, value in seaweed.settings(url).items()
        }
        with Service(folder, **variables) as started:
            yield started
