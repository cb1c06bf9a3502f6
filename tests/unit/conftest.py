import socket
from pathlib import Path
from typing import Any

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


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit tests talk to nobody; the sockets with which asyncio wakes itself never connect."""

    def refuse(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"A unit test wants to connect to {address}.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
