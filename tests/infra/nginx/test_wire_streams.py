"""What goes through as it comes: files on their way in, and changes on their way out."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.infra.nginx.edge import NAME, Edge
from tests.infra.nginx.upstream import STREAM, Upstream

MIB = 1 << 20
SOON = 5.0
"""Seconds until what goes through as it comes would be there for certain."""

FILES = [
    ("PUT", "/v1/storage/disk/token"),
    ("PUT", "/v1/organizations/o/storage/buckets/docs/content"),
    ("PATCH", "/v1/organizations/o/storage/tus/upload"),
    ("POST", "/v1/organizations/o/storage/tus"),
]
ROWS = [
    ("POST", "/v1/organizations/o/collections/tickets/records/import"),
    ("POST", "/v1/organizations/o/collections/tickets/records/batch"),
]


@contextmanager
def begun(edge: Edge, method: str, path: str, length: int) -> Iterator[ssl.SSLSocket]:
    """Begin to send a body, and no more than the first 64 KiB of it."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {length}\r\n"
    with (
        socket.create_connection(("127.0.0.1", edge.port), timeout=60) as plain,
        edge.context().wrap_socket(plain, server_hostname=NAME) as secured,
    ):
        secured.sendall(f"{head}Connection: close\r\n\r\n".encode() + b"x" * 65536)
        yield secured


@pytest.mark.parametrize(("method", "path"), FILES + ROWS)
def test_a_file_reaches_the_service_while_it_is_sent(
    edge: Edge, upstream: Upstream, method: str, path: str
) -> None:
    with begun(edge, method, path, 2 * MIB) as sending:
        assert upstream.arrived.wait(SOON)
        sending.sendall(b"x" * (2 * MIB - 65536))
        answer = b"".join(iter(lambda: sending.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert f'"length": {2 * MIB}'.encode() in answer


def test_any_other_body_is_read_first_so_that_slow_clients_hold_no_connection_to_the_service(
    edge: Edge, upstream: Upstream
) -> None:
    with begun(edge, "POST", "/v1/organizations", MIB) as sending:
        assert not upstream.arrived.wait(1)
        sending.sendall(b"x" * (MIB - 65536))
        assert upstream.arrived.wait(SOON)


@pytest.mark.parametrize(("method", "path"), FILES)
def test_a_file_may_be_as_large_as_is_said_and_no_larger(
    upstream: Upstream, certificate: Any, method: str, path: str
) -> None:
    with Edge(upstream.address, certificate, MAX_UPLOAD="3m") as edge:
        client = edge.client()

        assert client.request(method, path, content=b"x" * (3 * MIB)).json()["length"] == 3 * MIB
        assert client.request(method, path, content=b"x" * (3 * MIB + 1)).status_code == 413


@pytest.mark.parametrize(("method", "path"), ROWS)
def test_rows_may_be_as_many_as_the_service_takes(edge: Edge, method: str, path: str) -> None:
    client = edge.client()

    assert client.request(method, path, content=b"x" * (16 * MIB)).json()["length"] == 16 * MIB
    assert client.request(method, path, content=b"x" * (16 * MIB + 1)).status_code == 413


def test_changes_are_heard_while_the_stream_goes_on(edge: Edge, upstream: Upstream) -> None:
    """It is silent for longer than other answers may be."""
    with edge.client().stream("GET", STREAM, headers={"X-Behave": "drip"}) as answer:
        heard = answer.iter_lines()
        assert next(heard) == "data: first"
        assert not upstream.released.wait(2)
        upstream.released.set()
        assert [line for line in heard if line] == ["data: last"]
