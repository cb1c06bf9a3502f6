"""The service in a process of its own, and a person who uses it."""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from adapters.embedded import EmbeddedPostgres
from tests.factories import PASSWORD
from tests.integration import prepared
from tests.integration.zygote import Forked, zygote


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def mail(file: Path) -> bytes:
    """Read a mail, but once: whoever waits for one looks through all of them again and again."""
    return file.read_bytes()


PATIENCE = 300
"""Seconds until something hangs for certain. Machines are shared: nothing is tested by its time."""

EVERY_ROUTE = {"Tus-Resumable": "1.0.0"}
"""Headers that some routes want of whoever tries all of them."""

ENDS_SESSIONS = {
    "auth.log_out",
    "me.revoke_other_sessions",
    "me.revoke_session",
    "me.change_password",
    "organizations.leave_organization",
    "organizations.transfer_ownership",
}
"""Operations that would take away what all others are tried with."""


ITS_OWN = {"CORE_DATABASE_URL", "CORE_SECRET_KEYS"}
"""With these, a service begins with nothing."""


class Service:
    """Starts `core-api serve` on a free port of 127.0.0.1, and stops it in the end."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "service.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CORE_")}
        self.environment = (
            inherited
            | {"CORE_DATA_DIR": str(folder / "data"), "CORE_THROTTLE_MULTIPLIER": "10000"}
            | {f"CORE_{name.upper()}": value for name, value in environment.items()}
        )
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self._clients: list[httpx.Client] = []

    @property
    def owner_url(self) -> str:
        """Where to look into the service's database, past the wall between tenants."""
        return EmbeddedPostgres(self.folder / "data" / "postgres").urls.owner

    @property
    def app_url(self) -> str:
        """What another process of the service on the same database connects to."""
        return EmbeddedPostgres(self.folder / "data" / "postgres").urls.app

    def start(self, *options: str) -> Self:
        arguments = ["serve", "--port", str(self.port), *options]
        data = self.folder / "data"
        own = self.loads_anew or "--memory" in options or self.environment.keys() & ITS_OWN
        if not own and not data.exists():
            prepared.lay(data)
        if self.loads_anew:
            self.process = self._begun(arguments)
        else:
            files = (Path(os.devnull), self.log, self.log)
            self.process = zygote().begin(arguments, self.folder, self.environment, files)
        self.wait_until_ready()
        return self

    def _begun(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command
                [*self.command, *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    @property
    def loads_anew(self) -> bool:
        """Tell whether it starts with nothing loaded: it is of other code than the zygote's."""
        return self.environment.get("PYTHONPATH") != os.environ.get("PYTHONPATH")

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "entrypoints.cli"]

    def wait_until_ready(self, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; return the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)

    def cli(self, *arguments: str, expect: int = 0, stdin: str | None = None) -> str:
        """Run a command beside the service, on the same data; return what it printed."""
        done = self.finished(*arguments, stdin=stdin)
        assert done.returncode == expect, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout if expect == 0 else done.stderr

    def finished(
        self, *arguments: str, stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        if self.loads_anew:
            return self.python(*self.command[1:], *arguments, stdin=stdin)
        return zygote().run(list(arguments), self.folder, self.environment, stdin)

    def python(
        self, *arguments: str, stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run Python as the service runs it."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def client(self, **options: Any) -> httpx.Client:
        """Return a client that is closed when the service leaves its `with`."""
        client = httpx.Client(base_url=self.url, timeout=PATIENCE, **options)
        self._clients.append(client)
        return client

    def mails_to(self, address: str) -> list[str]:
        """Return the text parts of the mails somebody got, the oldest first."""
        found = []
        for file in sorted((self.folder / "data" / "mails").glob("*.eml")):
            raw = mail(file)
            if address.encode() not in raw:  # reading a mail properly takes a while
                continue
            message = email.message_from_bytes(raw, policy=email.policy.default)
            body = message.get_body(("plain",))
            if message["to"] == address and body is not None:
                found.append(str(body.get_content()))
        return found

    def mailed_tokens(self, address: str, page: str) -> list[str]:
        """Return what the links in somebody's mails to a page hold, the oldest first."""
        text = "\n".join(self.mails_to(address))
        return re.findall(rf"^\S+{page}\?\w+=(\S+)\s*$", text, re.MULTILINE)

    def mailed_token(self, address: str, page: str, *, after: int = 0) -> str:
        """Wait until there are more such links than `after`; return the newest one's token."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            tokens = self.mailed_tokens(address, page)
            if len(tokens) > after:
                return tokens[-1]
            time.sleep(0.05)
        raise TimeoutError(f"no mail to {address} with a link to {page}")

    def wait_for_mail(self, address: str, words: str) -> str:
        """Wait for a mail that says so; return its text."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for text in reversed(self.mails_to(address)):
                if words in text:
                    return text
            time.sleep(0.05)
        raise TimeoutError(f"no mail to {address} that says {words}")

    def person(self, address: str | None = None, *, verified: bool = True) -> "Person":
        """Register somebody, verify the address with the mail, and sign in."""
        person = Person(self, address or f"{uuid4().hex}@example.com")
        person.register()
        if verified:
            person.verify()
            person.log_in()
        return person

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for client in self._clients:
            client.close()
        self.stop()


class Person:
    """Somebody with an account, a client of their own and the tokens they hold."""

    def __init__(self, service: Service, address: str) -> None:
        self.service = service
        self.email = address
        self.http = service.client()
        self.tokens: dict[str, Any] = {}

    def register(self) -> None:
        body = {"email": self.email, "password": PASSWORD}
        answer = self.http.post("/v1/auth/register", json=body)
        assert answer.status_code == 202, answer.text

    def verify(self) -> None:
        token = self.service.mailed_token(self.email, "/verify-email")
        answer = self.http.post("/v1/auth/verify-email", json={"token": token})
        assert answer.status_code == 204, answer.text

    def log_in(self) -> None:
        body = {"email": self.email, "password": PASSWORD}
        answer = self.http.post("/v1/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        self.http.headers["Authorization"] = f"Bearer {self.tokens['access_token']}"

    def organization(self, name: str = "Analytical Engines") -> str:
        answer = self.http.post("/v1/organizations", json={"name": name})
        assert answer.status_code == 201, answer.text
        organization_id: str = answer.json()["id"]
        return organization_id

    def invite(self, organization_id: str, other: "Person", role: str = "member") -> str:
        """Invite somebody who has an account; return the token that was mailed to them."""
        before = len(self.service.mailed_tokens(other.email, "/accept-invitation"))
        answer = self.http.post(
            f"/v1/organizations/{organization_id}/invitations",
            json={"email": other.email, "role": role},
        )
        assert answer.status_code == 201, answer.text
        return self.service.mailed_token(other.email, "/accept-invitation", after=before)

    def accept(self, token: str) -> None:
        answer = self.http.post("/v1/invitations/accept", json={"token": token})
        assert answer.status_code == 200, answer.text
