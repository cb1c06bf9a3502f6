"""Talking to a server under test: rendered requests for the load generator, httpx for the rest."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import httpx

from benchmarks.load import TOKEN
from benchmarks.samples import ROOT, Load, Request, Sample
from benchmarks.servers import Server
from benchmarks.tenant import Account

UNIQUE = "@" * TOKEN
"""Stands in a path, header or body for a token that is new in every request."""


def render(
    method: str, path: str, *, token: str = "", body: object = None, **headers: str
) -> Request:
    """Return a whole HTTP/1.1 request, in pieces around `UNIQUE`."""
    content = "" if body is None else json.dumps(body, ensure_ascii=False)
    fields = {"host": "127.0.0.1", "user-agent": "benchmarks", "accept": "application/json"}
    if token:
        fields["authorization"] = f"Bearer {token}"
    if content:
        fields |= {"content-type": "application/json", "content-length": str(len(content.encode()))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n{content}".split(UNIQUE)


def run(load: Load) -> Sample:
    """Put the load on its server, from a process of its own, and wait."""
    with running(load) as result:
        return result()


@contextmanager
def running(load: Load) -> Iterator[Callable[[], Sample]]:
    """Put the load on its server meanwhile; the result waits for its end."""
    command = [sys.executable, "-m", "benchmarks.load"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603 - our own module
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        process.stdin.write(json.dumps(asdict(load)))
        process.stdin.close()
        output = process.stdout
        try:
            yield lambda: Sample(**json.loads(output.read()))
        except BaseException:
            process.kill()
            raise


def sign_in(server: Server, account: Account) -> str:
    """Return a fresh access token."""
    return str(ask(server, "POST", "/v1/auth/login", json=account._asdict())["access_token"])


def ask(server: Server, method: str, path: str, *, token: str = "", json: object = None) -> Any:
    """Send one request and return its JSON; raise for anything but a success, with its body."""
    answer = _asked(server, method, path, token=token, json=json)
    if not answer.is_success:
        raise RuntimeError(f"{method} {path} answered {answer.status_code}: {answer.text}")
    return answer.json() if answer.content else None


def status(server: Server, method: str, path: str) -> int:
    """Send one request as a stranger, and return the status alone."""
    return _asked(server, method, path).status_code


def _asked(
    server: Server, method: str, path: str, *, token: str = "", json: object = None
) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    url = f"{server.url}{path}"
    return httpx.request(method, url, headers=headers, json=json, timeout=30, trust_env=False)
