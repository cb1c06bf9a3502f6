from collections.abc import Iterator

import pytest

from tests.infra.observability import prometheus, used


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[used.Installation]:
    """A service with limits as in production, used by somebody."""
    folder = tmp_path_factory.mktemp("used")
    with used.installation(folder, throttle_multiplier="1") as started:
        started.use()
        yield started


@pytest.fixture(scope="session")
def asked(
    installation: used.Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[prometheus.Prometheus]:
    """A Prometheus that watches it."""
    folder = tmp_path_factory.mktemp("prometheus")
    with prometheus.running(folder, installation.targets) as started:
        yield started
