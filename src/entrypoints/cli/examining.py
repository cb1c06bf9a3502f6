"""What the doctor looks at."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Final, Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

from bootstrap import Application, Container, ServerFailed, Settings, database, database_now
from core.exceptions import Unavailable
from core.jobs.models import JobFilter
from entrypoints.cli.upkeep import wrong

type Level = Literal["ok", "warn", "fail"]

OLD_KEY: Final = timedelta(days=90)
SKEW: Final = timedelta(seconds=2)
HASH_MS: Final = range(10, 500)
"""Faster is too cheap for whoever guesses, slower too dear for whoever signs in."""
PATIENCE: Final = 5
MAIL_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Finding(NamedTuple):
    level: Level
    about: str
    sentence: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, also when the first thing is broken."""
    unfit = wrong(settings)
    found = [Finding("fail", "settings", problem) for problem in unfit]
    found = found or [Finding("ok", "settings", f"fit for {settings.environment}")]
    try:
        async with database(settings) as named:
            app = Application(Container(settings=named.with_secret_keys()))
            async with app.opened():
                found += [finding async for finding in _within(app)]
    except (ServerFailed, ValueError) as error:
        if not unfit or isinstance(error, ServerFailed):
            found.append(Finding("fail", "database", str(error)))
    return [*found, await mailing(settings)]


async def _within(app: Application) -> AsyncIterator[Finding]:
    problems = await app.container.readiness().problems()
    for problem in problems:
        yield Finding("fail", "database", problem)
    if not problems:
        yield Finding("ok", "database", "answers")
        yield Finding("ok", "migrations", "at the newest revision")
        yield Finding("ok", "role", "owns nothing, and row-level security binds it")
        for look in (_clock, _keys, _dead_jobs):
            yield await _tried(look, app)
    yield await _tried(_hashing, app)


async def _tried(look: Callable[[Application], Awaitable[Finding]], app: Application) -> Finding:
    try:
        return await look(app)
    except Unavailable as error:
        return Finding("fail", "database", str(error))


async def _clock(app: Application) -> Finding:
    before = app.container.clock().now()
    theirs = await database_now(app)
    after = app.container.clock().now()
    skew = theirs - (before + (after - before) / 2)
    sentence = f"the database's is {skew.total_seconds():+.3f} s off ours"
    return Finding("ok" if abs(skew) < SKEW else "warn", "clock", sentence)


async def _keys(app: Application) -> Finding:
    keys = {key.state: key for key in await app.container.signing_keys().all()}
    if not keys.keys() >= {"current", "next"}:
        return Finding("fail", "keys", "there is no signing key: run `core-api db migrate`")
    age = app.container.clock().now() - (keys["current"].promoted_at or keys["current"].created_at)
    if age > OLD_KEY:
        return Finding(
            "warn", "keys", f"signing for {age.days} days: run `core-api accounts keys rotate`"
        )
    return Finding("ok", "keys", f"signing with one that is {age.days} days old")


async def _dead_jobs(app: Application) -> Finding:
    most = 100
    failed = JobFilter(status="failed")
    dead = len(await app.container.queued_jobs().page(failed, limit=most))
    if dead:
        number = f"{dead} or more" if dead == most else dead
        return Finding("warn", "jobs", f"{number} failed: see `core-api jobs list --failed`")
    return Finding("ok", "jobs", "none failed for good")


async def _hashing(app: Application) -> Finding:
    hasher = app.container.hasher()
    started = perf_counter()
    await hasher.hash(SecretStr("a password to time"))
    took = round((perf_counter() - started) * 1000)
    return Finding("ok" if took in HASH_MS else "warn", "passwords", f"hashing one takes {took} ms")


async def mailing(settings: Settings) -> Finding:
    try:
        url = urlsplit(settings.mail_url.get_secret_value())
        host, port = url.hostname or "", url.port or MAIL_PORTS.get(url.scheme, 0)
        trust = parse_qs(url.query).get("ca", [None])[0]
        context = ssl.create_default_context(cafile=trust) if url.scheme == "smtps" else None
    except (ValueError, OSError):  # whose words would repeat a part of it, and it holds a password
        return Finding("fail", "mail", "CORE_MAIL_URL can't be read")
    if url.scheme == "file":
        folder = Path(unquote(url.path)) if url.path else settings.data_dir / "mails"
        return _mail_folder(folder)
    return await _mail_server(host, port, context)


def _mail_folder(folder: Path) -> Finding:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding("fail", "mail", f"{folder} can't be written to")
    return Finding("warn", "mail", f"mails are only written to {folder}: set CORE_MAIL_URL")


async def _mail_server(host: str, port: int, context: ssl.SSLContext | None) -> Finding:
    """See whether something greets us as a mail server; nobody signs in, nothing is sent."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            greeting = await reader.readline()
            writer.close()
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error) or "it does not answer"
        return Finding("fail", "mail", f"{host}:{port} is out of reach: {reason}")
    if not greeting.startswith(b"220"):
        return Finding("fail", "mail", f"{host}:{port} does not greet as a mail server")
    return Finding("ok", "mail", f"{host}:{port} answers")
