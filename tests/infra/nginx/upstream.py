"""What stands behind NGINX where the service would not misbehave: it says what came, and obeys.

`X-Behave` tells it how: `hang`, `close`, `sleep`, `large`, `drip` or a status.
"""

import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final, Self, override

FOREVER: Final = 120.0
SLEEP: Final = 1.0
LARGE: Final = 40_000
STREAM: Final = "/v1/organizations/o/collections/tickets/records/stream"
"""A path under which the service tells of changes as they happen."""


class Upstream:
    """An HTTP/1.1 server in a thread; `arrived` is set once a first byte of a body is here."""

    def __init__(self, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self.port: int = self._server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        self.arrived, self.released, self.asked = Event(), Event(), Event()
        self.connections = set[int]()
        self.requests = 0

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: Upstream


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self) -> None:
        owner = self.server.owner
        owner.connections.add(self.client_address[1])
        owner.requests += 1
        owner.asked.set()
        length = self._read()
        with suppress(OSError):  # whoever asked may be gone
            self._obey(length, self.headers.get("X-Behave", ""))

    def _obey(self, length: int, behave: str) -> None:
        owner = self.server.owner
        if behave == "hang":
            owner.released.wait(FOREVER)
        elif behave == "sleep":
            time.sleep(SLEEP)
        if behave == "close":
            self.close_connection = True
        elif behave == "drip":
            self._drip()
        else:
            self._say(length, behave)

    def _read(self) -> int:
        """Read the body as it comes; return how long it was."""
        left = length = int(self.headers.get("Content-Length", "0"))
        while left:
            got = len(self.rfile.read1(min(left, 65536)))
            if not got:
                break
            self.server.owner.arrived.set()
            left -= got
        return length - left

    def _say(self, length: int, behave: str) -> None:
        said: dict[str, Any] = {
            "method": self.command,
            "path": self.path,
            "length": length,
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        if behave == "large":
            said["filling"] = "x" * LARGE
        body = json.dumps(said).encode()
        self.send_response(int(behave) if behave.isdigit() else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"v7"')
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """Say something, and the rest once the test has heard it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        if self.server.owner.released.wait(FOREVER):
            self.wfile.write(b"data: last\n\n")
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815
