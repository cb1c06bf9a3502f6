"""What the doctor looks at."""

from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pydantic import SecretStr

if TYPE_CHECKING:
    from bootstrap import Application

OLD_KEY: Final = timedelta(days=90)
SLOW_HASH: Final = 0.5
FAST_HASH: Final = 0.01


class Finding(NamedTuple):
    level: Literal["ok", "warn", "fail"]
    about: str
    sentence: str


async def examine(app: "Application") -> list[Finding]:
    """Look at everything, also when the first thing is broken."""
    findings = [Finding("fail", "settings", problem) for problem in app.settings.problems()]
    findings = findings or [Finding("ok", "settings", "safe for their environment")]
    problems = await app.container.readiness().problems()
    findings += [Finding("fail", "database", problem) for problem in problems]
    if not problems:
        findings.append(Finding("ok", "database", "answers, and is migrated"))
        findings += [await _keys(app), await _dead_jobs(app)]
    return [*findings, await _hashing(app), _mail(app)]


async def _keys(app: "Application") -> Finding:
    keys = {key.state: key for key in await app.container.signing_keys().all()}
    if not keys.keys() >= {"current", "next"}:
        return Finding("fail", "keys", "there is no signing key: run `core-api db migrate`")
    age = app.container.clock().now() - (keys["current"].promoted_at or keys["current"].created_at)
    if age > OLD_KEY:
        return Finding(
            "warn", "keys", f"signing for {age.days} days: run `core-api accounts keys rotate`"
        )
    return Finding("ok", "keys", f"signing with one that is {age.days} days old")


async def _dead_jobs(app: "Application") -> Finding:
    dead = await app.container.dead_jobs().page(limit=100)
    if dead:
        return Finding("warn", "jobs", f"{len(dead)} failed for good: see `core-api jobs list`")
    return Finding("ok", "jobs", "none failed for good")


async def _hashing(app: "Application") -> Finding:
    hasher = app.container.hasher()
    started = perf_counter()
    await hasher.hash(SecretStr("a password to time"))
    seconds = perf_counter() - started
    level: Literal["ok", "warn"] = "ok" if FAST_HASH < seconds < SLOW_HASH else "warn"
    return Finding(level, "passwords", f"hashing one takes {seconds * 1000:.0f} ms")


def _mail(app: "Application") -> Finding:
    if app.settings.mail_url.get_secret_value().startswith("file:"):
        return Finding("warn", "mail", "mails are only written to a folder: set CORE_MAIL_URL")
    return Finding("ok", "mail", "goes to a server")
