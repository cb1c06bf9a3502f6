"""Instructions a request, by valgrind: repeatable where time is not, so it shows 3 %.

In process, with the adapters in memory: neither a server nor a database is in it. The baseline
holds for one build of Python; `instructions.json` says which, and is written by hand.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import ROOT
from benchmarks.tenant import INVITATIONS, LISTED, people
from benchmarks.world import World
from bootstrap import Application, Settings, in_memory
from core.accounts.models import User
from core.models import UserId
from entrypoints.http.app import create_app

BASELINE = Path(__file__).with_name("instructions.json")
BAR = Bar(1.03)
WARM_UP, COUNTED = 20, 1000
NAMES = ("me", "list", "create")
COUNTER = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]


def measure(_: World, __: Options) -> list[Finding]:
    if shutil.which("valgrind") is None:
        return [Finding("instructions", "counted by valgrind", [], note="there is no valgrind")]
    baseline = json.loads(BASELINE.read_text())
    started = _count("me", 0)
    findings = []
    for name in NAMES:
        each = (_count(name, COUNTED) - started) / COUNTED
        note = f"{each:,.0f} instructions; the baseline is of {baseline['python']}"
        what = f"instructions of {name}, in process and in memory / the baseline's"
        findings.append(
            Finding(f"instructions {name}", what, [each / baseline[name]], "x", BAR, note)
        )
    return findings


def _count(name: str, times: int) -> int:
    """Count what a process executes that warms up and asks so many times."""
    command = ["valgrind", *COUNTER, sys.executable, "-m", __name__, name, str(times)]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)  # noqa: S603, PLW1510 - our own module; what failed counted nothing
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode or found is None:
        raise RuntimeError(f"valgrind counted nothing: {done.stderr[-500:]}")
    return int(found[1].replace(",", ""))


class Client:
    """Asks the application as a server would, without one."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.headers = [(b"content-type", b"application/json")]

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        path, _, query = path.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "scheme": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": self.headers,
            "client": ("127.0.0.1", 1),
        }
        content = b"" if body is None else json.dumps(body).encode()
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        if sent[0]["status"] >= 300:  # noqa: PLR2004 - anything else is a refusal
            raise RuntimeError(f"{method} {path}: {sent}")
        return json.loads(sent[1]["body"])


async def _run(name: str, times: int, folder: Path) -> None:
    application = await in_memory(
        Settings(data_dir=folder, log_level="warning", throttle_multiplier=1_000_000)
    )
    async with application.opened():
        asking = await _requests(application)
        for ask in asking.values():
            for _ in range(WARM_UP):
                await ask()
        for _ in range(times):
            await asking[name]()


async def _requests(application: Application) -> dict[str, Any]:
    """Make the tenant, sign in, and return what asks for each workload once."""
    reader, container, numbers = people()[0], application.container, count()
    now = container.clock().now()
    await container.users().add(
        User(
            id=UserId(container.ids().new()),
            email=reader.email,
            email_verified_at=now,
            password_hash=await container.hasher().hash(SecretStr(reader.password)),
            created_at=now,
            updated_at=now,
        )
    )
    client = Client(create_app(application))
    pair = await client.ask("POST", "/v1/auth/login", reader._asdict())
    client.headers.append((b"authorization", f"Bearer {pair['access_token']}".encode()))
    made = await client.ask("POST", "/v1/organizations", {"name": "Benchmark"})
    path = f"/v1/organizations/{made['id']}/invitations"
    for email in INVITATIONS:
        await client.ask("POST", path, {"email": email, "role": "member"})

    async def create() -> None:
        named = {"name": "Crowd", "slug": f"crowd-{next(numbers)}"}
        await client.ask("POST", "/v1/organizations", named)

    return {
        "me": partial(client.ask, "GET", "/v1/me"),
        "list": partial(client.ask, "GET", f"{path}?limit={LISTED}"),
        "create": create,
    }


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        asyncio.run(_run(sys.argv[1], int(sys.argv[2]), Path(folder)))
