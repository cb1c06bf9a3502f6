"""Certificates and settings change, the service moves, and nothing is lost over it."""

import json
import signal
import socket
import socketserver
import ssl
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any, override

import dns.message
import dns.rrset
import httpx
import pytest

from tests.infra.nginx import certificates
from tests.infra.nginx.certificates import Certificate
from tests.infra.nginx.edge import NAME, Edge
from tests.infra.nginx.upstream import Upstream
from tests.infra.tools import PATIENCE
from tests.integration.service import Service

CALLERS = 4
RELOADS = 3


def called(edge: Edge, stop: Event) -> "Counter[int | str]":
    """Ask on and on, each time over a connection that is kept; return what came of it."""
    seen = Counter[int | str]()
    with httpx.Client(base_url=edge.url, **edge.trusting()) as client:
        while not stop.is_set():
            try:
                seen[client.get("/v1/billing/plans").status_code] += 1
            except httpx.TransportError as error:
                seen[type(error).__name__] += 1
    return seen


def test_a_reload_under_load_loses_nothing(fronted: tuple[Service, Edge]) -> None:
    _, edge = fronted
    stop = Event()
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(called, edge, stop) for _ in range(CALLERS)]
        try:
            for _ in range(RELOADS):
                edge.reload()
                stop.wait(0.5)
        finally:
            stop.set()
        seen = sum((call.result() for call in calls), Counter[int | str]())

    assert set(seen) == {200}, seen
    assert seen[200] > 10 * RELOADS


def test_a_reload_takes_another_certificate(
    edge: Edge, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = certificates.made(tmp_path_factory.mktemp("other"))

    def shown() -> bytes | None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", edge.port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as secured,
        ):
            return secured.getpeercert(binary_form=True)

    assert shown() == ssl.PEM_cert_to_DER_cert(certificate.chain.read_text())
    edge.variables |= {"TLS_CERT": str(other.chain), "TLS_KEY": str(other.key)}
    edge.render()
    edge.reload()
    assert shown() == ssl.PEM_cert_to_DER_cert(other.chain.read_text())


def test_a_reload_of_what_is_wrong_changes_nothing(edge: Edge) -> None:
    edge.configuration.write_text("nonsense;")
    edge.signal(signal.SIGHUP)

    time.sleep(0.5)
    assert edge.client().get("/v1/x").status_code == 200
    assert 'unknown directive "nonsense"' in edge.error_log


@pytest.mark.parametrize(
    ("how", "came"), [(signal.SIGQUIT, 200), (signal.SIGTERM, "RemoteProtocolError")]
)
def test_a_graceful_stop_finishes_what_is_under_way_and_no_other_does(
    edge: Edge, upstream: Upstream, how: signal.Signals, came: int | str
) -> None:
    def asked() -> int | str:
        try:
            return edge.client().get("/v1/x", headers={"X-Behave": "sleep"}).status_code
        except httpx.TransportError as error:
            return type(error).__name__

    edge.variables["READ_TIMEOUT"] = "60s"
    edge.render()
    edge.reload()
    with ThreadPoolExecutor(1) as caller:
        under_way = caller.submit(asked)
        assert upstream.asked.wait(10)
        edge.signal(how)
        assert edge.wait() == 0
        assert under_way.result() == came


class Names(socketserver.BaseRequestHandler):
    """Knows a name once it is told its address."""

    known: dict[str, str] = {}  # noqa: RUF012 - shared on purpose

    @override
    def handle(self) -> None:
        data, sock = self.request
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        name = asked.question[0].name
        address = self.known.get(str(name).rstrip("."))
        if address and asked.question[0].rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(name, 1, "IN", "A", address))
        sock.sendto(answer.to_wire(), self.client_address)


def test_it_starts_before_the_service_has_an_address_and_follows_it(
    upstream: Upstream, certificate: Certificate
) -> None:
    with socketserver.UDPServer(("127.0.0.1", 0), Names) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            resolver = f"127.0.0.1:{server.server_address[1]} valid=1s"
            with Edge(f"api.internal:{upstream.port}", certificate, RESOLVER=resolver) as edge:
                assert edge.client().get("/v1/x").json()["code"] == "bad_gateway"
                Names.known["api.internal"] = "127.0.0.1"
                assert eventually(edge) == 200
        finally:
            Names.known.clear()
            server.shutdown()


def eventually(edge: Edge) -> int:
    """Ask until the service is found, as long as a wrong name is remembered and longer."""
    status = 0
    for _ in range(300):
        status = edge.client().get("/v1/x").status_code
        if status == httpx.codes.OK:
            break
        time.sleep(0.1)
    return status


def logged(edge: Edge, count: int) -> list[dict[str, Any]]:
    """Wait for so many lines: one is written once its connection is done with."""
    deadline = time.monotonic() + PATIENCE
    while edge.access_log.count("\n") < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return [json.loads(line) for line in edge.access_log.splitlines()]


def test_the_log_is_json_and_holds_no_secret(edge: Edge) -> None:
    client = edge.client()
    for behave in ("200", "close", "hang"):
        client.get("/reset-password?token=SECRET", headers={"X-Behave": behave})
        client.put("/v1/storage/disk/SECRET", headers={"X-Behave": behave})
    client.post("/v1/x", content=b"x" * (2 << 20), params={"token": "SECRET"})

    lines = logged(edge, 7)
    paths = Counter(line["path"] for line in lines)
    assert paths == {"/reset-password": 3, "/v1/storage/disk/(hidden)": 3, "/v1/x": 1}
    assert [line["status"] for line in lines] == [200, 200, 502, 502, 504, 504, 413]
    assert all(len(line["request_id"]) == 32 for line in lines)
    assert "SECRET" not in edge.access_log + edge.error_log


def test_connections_to_the_service_are_used_again(edge: Edge, upstream: Upstream) -> None:
    for _ in range(30):
        edge.client().get("/v1/x")

    assert upstream.requests == 30
    assert len(upstream.connections) <= 2  # one a worker
