"""`core-api healthcheck` tells a container whether the service in it is ready, and costs little."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import override

import pytest

from tests.integration.service import Service, free_port


@pytest.fixture
def unready() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/readyz"
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_tells_whether_the_service_is_ready(service: Service, unready: str) -> None:
    away = f"http://127.0.0.1:{free_port()}/readyz"

    assert service.cli("healthcheck", "--url", f"{service.url}/readyz") == ""
    assert "503" in service.cli("healthcheck", "--url", unready, expect=3)
    assert "refused" in service.cli("healthcheck", "--url", away, expect=3)


def test_it_asks_no_proxy_about_what_is_beside_it(service: Service) -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    environment = {"http_proxy": proxy, "HTTP_PROXY": proxy}
    beside = Service(service.folder)
    beside.environment = service.environment | environment

    assert beside.cli("healthcheck", "--url", f"{service.url}/readyz") == ""


def test_it_loads_nothing_of_the_service(service: Service) -> None:
    code = f"""
import sys
sys.argv = ["core-api", "healthcheck", "--url", "{service.url}/readyz"]
from entrypoints.cli.__main__ import app
try: app()
except SystemExit as end: print(end.code)
print(sorted({{"bootstrap", "core", "fastapi", "psycopg", "pydantic"}} & set(sys.modules)))
"""

    assert service.python("-c", code).stdout == "0\n[]\n"
