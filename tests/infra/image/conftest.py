import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.containers import postgres
from tests.infra.image.engine import Engine, require
from tests.infra.image.stack import Stack
from tests.integration import seaweed

FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if figures := config.stash[FIGURES]:
        terminalreporter.section("the image in numbers")
        terminalreporter.write_line("\n".join(figures))


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Sentences that are shown in the end."""
    return request.config.stash[FIGURES]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, figures: list[str]) -> Iterator[Engine]:
    """Our image, built from the tree as it is."""
    require()
    made = Engine(tmp_path_factory.mktemp("engine"))
    try:
        begun = time.monotonic()
        made.make_base()
        based = time.monotonic()
        made.build()
        figures.append(
            f"{based - begun:.0f} s to make the base, {time.monotonic() - based:.0f} s to build"
        )
        yield made
    finally:
        made.discard()


@pytest.fixture(scope="session")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The database and the files that our processes lean on, and the settings of Compose."""
    files = tmp_path_factory.mktemp("seaweed")
    with postgres.running() as database, seaweed.running(files) as s3:
        yield Stack(engine, database.port, s3, _data(tmp_path_factory))


def _data(factory: pytest.TempPathFactory) -> Path:
    folder = factory.mktemp("contained") / "data"
    folder.mkdir()
    os.chown(folder, 10001, 10001)  # as a volume would be
    return folder
