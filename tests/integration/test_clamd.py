"""Scans by ClamAV's daemon: a small one of our own that speaks its protocol, and finds EICAR."""

import socketserver
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, override

import pytest

from adapters.clamd import ClamdScanner
from core.storage.exceptions import ScannerUnavailable
from tests.integration.service import PATIENCE, Service, free_port

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 1_000_000


class Session(socketserver.StreamRequestHandler):
    """One command: `zINSTREAM`, then pieces, each behind its length in four bytes."""

    @override
    def handle(self) -> None:
        command = self.rfile.read(len(b"zINSTREAM\0"))
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = bytearray()
        while length := int.from_bytes(self.rfile.read(4)):
            data += self.rfile.read(length)
            if len(data) > LARGEST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = EICAR in data
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(data), 64 * 1024):
        yield data[place : place + 64 * 1024]


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"hello", "clean"),
        (b"", "clean"),
        (b"x" * 500_000, "clean"),
        (b"x" * 300_000 + EICAR, "infected"),
        (b"x" * (LARGEST + 1), "error"),
    ],
)
async def test_a_verdict_is_what_the_daemon_says(clamd: str, data: bytes, verdict: str) -> None:
    assert await ClamdScanner(clamd).scan(chunks(data)) == verdict


async def test_a_daemon_that_is_away_is_asked_again_later(tmp_path: Path) -> None:
    for nowhere in (f"127.0.0.1:{free_port()}", str(tmp_path / "clamd.sock")):
        with pytest.raises(ScannerUnavailable):
            await ClamdScanner(nowhere).scan(chunks(b"hello"))


def test_what_is_infected_is_shut_away_before_anybody_sees_it(clamd: str, tmp_path: Path) -> None:
    with Service(tmp_path, storage_scanner="clamd", storage_clamd_address=clamd) as service:
        ada = service.person()
        at = f"/v1/organizations/{ada.organization()}/storage"
        rules = {"name": "safe", "scan_policy": "required"}
        ada.http.post(f"{at}/buckets", json=rules).raise_for_status()

        def upload(data: bytes) -> str:
            answer = ada.http.put(f"{at}/buckets/safe/content?filename=a.bin", content=data)
            assert (answer.status_code, answer.json()["status"]) == (201, "scanning")
            return str(answer.json()["id"])

        def settled(object_id: str) -> Any:
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                shown = ada.http.get(f"{at}/objects/{object_id}").json()
                if shown["status"] != "scanning":
                    return shown["status"]
                time.sleep(0.05)
            raise TimeoutError

        clean, bad = upload(b"hello"), upload(EICAR)

        assert (settled(clean), settled(bad)) == ("available", "quarantined")
        assert ada.http.get(f"{at}/objects/{clean}/content").content == b"hello"
        refused = ada.http.get(f"{at}/objects/{bad}/content")
        assert (refused.status_code, refused.json()["code"]) == (403, "object_quarantined")
