"""Where the service may be sent, over real sockets."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import override

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import httpx
import pytest

from adapters.outbound import GuardedTransport, Refused, TextRecords
from adapters.outbound.lookup import AT_ONCE, SystemLookup
from core.accounts.sso import ports
from tests.contracts.text_records import TextRecordsContract
from tests.integration.sink import listening, make_certificate, server_side
from tests.spans import Spans

HOST = "provider.example.com"
METADATA = "169.254.169.254"


class Pages(asyncio.Protocol):
    """Answers every request with the same bytes, and keeps what it was asked."""

    def __init__(self, answer: bytes, heard: list[bytes]) -> None:
        self.answer = answer
        self.heard = heard

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self.heard.append(data)
        self.transport.write(self.answer)
        self.transport.close()


def page(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def names(*answers: str) -> tuple[Callable[[str, int], "asyncio.Future[list[str]]"], list[str]]:
    """Return a name server that gives one answer after the other, and what it was asked."""
    asked: list[str] = []

    def lookup(host: str, _: int) -> "asyncio.Future[list[str]]":
        asked.append(host)
        found = asyncio.get_running_loop().create_future()
        found.set_result(answers[min(len(asked), len(answers)) - 1].split())
        return found

    return lookup, asked


def client(
    *answers: str, loopback: bool = True, seconds: float = 5, tls: ssl.SSLContext | None = None
) -> httpx.AsyncClient:
    lookup, _ = names(*answers or ("127.0.0.1",))
    transport = GuardedTransport(loopback=loopback, lookup=lookup, seconds=seconds, tls=tls)
    return httpx.AsyncClient(transport=transport, follow_redirects=True)


async def test_speaks_with_this_machine_only_if_told_so() -> None:
    heard: list[bytes] = []
    async with listening(lambda: Pages(page(b'{"a": 1}'), heard)) as port:
        async with client() as admitted:
            assert (await admitted.get(f"http://{HOST}:{port}/x")).json() == {"a": 1}
        async with client(loopback=False) as guarded:
            for scheme in ("http", "https"):
                with pytest.raises(Refused):
                    await guarded.get(f"{scheme}://{HOST}:{port}/x")

    assert len(heard) == 1
    assert f"host: {HOST}:{port}".encode() in heard[0].lower()


async def test_a_request_is_a_span_that_keeps_its_path_and_its_trace_from_strangers() -> None:
    spans, heard = Spans(), list[bytes]()
    lookup, _ = names("127.0.0.1")
    transport = GuardedTransport(loopback=True, lookup=lookup, tracer=spans)
    async with (
        listening(lambda: Pages(page(b"{}"), heard)) as port,
        httpx.AsyncClient(transport=transport) as client,
    ):
        await client.post(f"http://{HOST}:{port}/hooks/secret?key=secret")

    about = {"http.request.method": "POST", "server.address": HOST}
    assert spans.seen == [("POST", about, "client")]
    assert b"traceparent" not in heard[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::]/",
        "https://0.0.0.0/",
        "https://0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://10.0.0.1/",
        "https://[fe80::1]/",
        "https://224.0.0.1/",
    ],
)
async def test_no_spelling_of_an_inner_address_is_followed(url: str) -> None:
    async with httpx.AsyncClient(transport=GuardedTransport()) as guarded:
        with pytest.raises(Refused, match="not public"):
            await guarded.get(url)


@pytest.mark.parametrize("addresses", [METADATA, f"93.184.216.34 {METADATA}", "127.0.0.1 10.0.0.1"])
async def test_one_inner_address_among_a_hosts_is_enough_to_refuse_it(addresses: str) -> None:
    async with client(addresses) as guarded:
        with pytest.raises(Refused, match="not public"):
            await guarded.get(f"https://{HOST}/")


async def test_http_is_for_this_machine_alone() -> None:
    async with client("93.184.216.34") as guarded:
        with pytest.raises(Refused, match="use https://"):
            await guarded.get(f"http://{HOST}/")


async def test_a_host_that_is_not_there_is_said_not_to_be() -> None:
    async with client(" ") as guarded:
        with pytest.raises(httpx.ConnectError, match="no such host"):
            await guarded.get(f"https://{HOST}/")


async def test_goes_to_the_very_address_that_was_checked() -> None:
    lookup, asked = names("127.0.0.1", METADATA)
    async with listening(lambda: Pages(page(), [])) as port:
        transport = GuardedTransport(loopback=True, lookup=lookup)
        async with httpx.AsyncClient(transport=transport) as rebound:
            assert (await rebound.get(f"http://{HOST}:{port}/")).status_code == 200
            with pytest.raises(Refused):
                await rebound.get(f"http://{HOST}:{port}/")

    assert asked == [HOST, HOST]


async def test_tries_the_next_address_if_one_does_not_answer() -> None:
    async with (
        listening(lambda: Pages(page(), [])) as port,
        client("127.0.0.2 127.0.0.1") as guarded,
    ):
        assert (await guarded.get(f"http://{HOST}:{port}/")).status_code == 200


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_follows_nobody(status: str) -> None:
    heard: list[bytes] = []
    away = page(b"", status, "location: /elsewhere")
    async with listening(lambda: Pages(away, heard)) as port, client() as guarded:
        with pytest.raises(Refused, match="redirects"):
            await guarded.get(f"http://{HOST}:{port}/")

    assert len(heard) == 1


async def test_takes_a_megabyte() -> None:
    whole = page(b"x" * 1_000_000)
    async with listening(lambda: Pages(whole, [])) as port, client() as guarded:
        assert len((await guarded.get(f"http://{HOST}:{port}/")).content) == 1_000_000


async def test_takes_no_byte_more() -> None:
    larger = page(b"x" * 1_000_001)
    async with listening(lambda: Pages(larger, [])) as port, client() as guarded:
        with pytest.raises(Refused, match="more than 1000000 bytes"):
            await guarded.get(f"http://{HOST}:{port}/")


async def test_takes_nothing_that_grows_when_it_is_unpacked() -> None:
    heard: list[bytes] = []
    packed = page(b"x", "200 OK", "content-encoding: gzip")
    async with listening(lambda: Pages(packed, heard)) as port, client() as guarded:
        with pytest.raises(Refused, match="compresses"):
            await guarded.get(f"http://{HOST}:{port}/")

    assert b"accept-encoding: identity" in heard[0].lower()


@pytest.mark.parametrize(
    "answer", [b"...", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1"]
)
async def test_does_not_wait_for_ever(answer: bytes) -> None:
    class Stalling(Pages):
        @override
        def data_received(self, data: bytes) -> None:
            self.transport.write(self.answer.removeprefix(b"..."))

    async with listening(lambda: Stalling(answer, [])) as port, client(seconds=0.1) as guarded:
        with pytest.raises(httpx.TimeoutException, match=r"within 0\.1 seconds"):
            await guarded.get(f"http://{HOST}:{port}/")


async def test_does_not_wait_for_ever_for_a_name() -> None:
    def never(_: str, __: int) -> "asyncio.Future[list[str]]":
        return asyncio.get_running_loop().create_future()

    transport = GuardedTransport(lookup=never, seconds=0.1)
    async with httpx.AsyncClient(transport=transport) as guarded:
        with pytest.raises(httpx.TimeoutException):
            await guarded.get(f"https://{HOST}/")


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200\r\nx: " + b"y" * 200_000]
)
async def test_what_speaks_no_http_is_a_failure_like_others(answer: bytes) -> None:
    async with listening(lambda: Pages(answer, [])) as port, client() as guarded:
        with pytest.raises(httpx.HTTPError):
            await guarded.get(f"http://{HOST}:{port}/")


async def test_keeps_no_cookies() -> None:
    heard: list[bytes] = []
    sticky = page(b"", "200 OK", "set-cookie: who=you")
    async with listening(lambda: Pages(sticky, heard)) as port, client() as guarded:
        for _ in range(2):
            await guarded.get(f"http://{HOST}:{port}/")

    assert not any(b"cookie" in request.lower() for request in heard)


async def test_sends_what_it_is_given() -> None:
    heard: list[bytes] = []
    async with listening(lambda: Pages(page(), heard)) as port, client() as guarded:
        await guarded.post(f"http://{HOST}:{port}/hook?a=b", content=b"the body")

    assert heard[0].startswith(b"POST /hook?a=b HTTP/1.1\r\n")
    assert b"".join(heard).endswith(b"the body")


async def test_asks_no_proxy(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_tcp_port}")
    async with listening(lambda: Pages(page(), [])) as port, client() as guarded:
        assert (await guarded.get(f"http://{HOST}:{port}/")).status_code == 200


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), HOST)


async def test_the_certificate_must_be_the_hosts_and_not_the_addresss(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=certificate)
    tls = server_side(certificate)
    named: list[str | None] = []
    tls.sni_callback = lambda _, name, __: named.append(name)
    async with listening(lambda: Pages(page(), []), tls) as port, client(tls=trusting) as guarded:
        assert (await guarded.get(f"https://{HOST}:{port}/")).status_code == 200
        for other in ("other.example.com", "127.0.0.1"):
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await guarded.get(f"https://{other}:{port}/")

    assert named[0] == HOST


async def test_an_unknown_certificate_is_not_trusted(certificate: Path) -> None:
    async with (
        listening(lambda: Pages(page(), []), server_side(certificate)) as port,
        client() as guarded,
    ):
        with pytest.raises(httpx.ConnectError, match="self-signed"):
            await guarded.get(f"https://{HOST}:{port}/")


# --- Names ----------------------------------------------------------------------------------------


async def test_the_system_finds_this_machine_and_no_nonsense() -> None:
    lookup = SystemLookup()

    assert "127.0.0.1" in await lookup("localhost", 80)
    assert await lookup("a..b", 80) == []


async def test_slow_names_hold_up_each_other_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = 0
    answered = asyncio.Event()

    async def slow(*_: object, **__: object) -> list[tuple[object, ...]]:
        nonlocal begun
        begun += 1
        await answered.wait()
        return [(2, 1, 6, "", ("192.0.2.1", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", slow)
    lookup = SystemLookup()
    given_up = [asyncio.create_task(lookup(HOST, 80)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in given_up:
        task.cancel()
    late = asyncio.create_task(lookup(HOST, 80))
    await asyncio.wait(given_up)
    assert begun == AT_ONCE

    answered.set()
    assert await late == ["192.0.2.1"]


# --- TXT records ----------------------------------------------------------------------------------


class NameServer(asyncio.DatagramProtocol):
    """A zone, served on a port of this machine."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.up = True

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        name = asked.question[0].name
        texts = self.records.get(name.to_text(omit_final_dot=True).lower(), [])
        if not self.up:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif not texts:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            parts = [
                " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
                for text in texts
            ]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *parts))
        self.transport.sendto(answer.to_wire(), addr)


class TestTextRecords(TextRecordsContract):
    @pytest.fixture
    async def zone(self) -> AsyncIterator[NameServer]:
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(
            NameServer, local_addr=("127.0.0.1", 0)
        )
        yield server
        transport.close()

    @pytest.fixture
    def text_records(self, zone: NameServer) -> ports.TextRecords:
        address, port = zone.transport.get_extra_info("sockname")
        return TextRecords(f"{address}:{port}")


async def test_a_name_server_is_named_by_its_address() -> None:
    with pytest.raises(ValueError, match="nameserver"):
        TextRecords("ns.example.com")
