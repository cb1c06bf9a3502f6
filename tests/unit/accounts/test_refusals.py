"""What the log tells of requests that were refused or broke, and what their callers are told."""

import logging
from collections.abc import AsyncIterator
from typing import override

import httpx
import pytest
from dependency_injector import providers

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.accounts import schemas
from core.models import Limit
from entrypoints.http.app import create_app
from entrypoints.http.telemetry import access
from tests.clock import FakeClock
from tests.unit.accounts.world import World

SECRET = "SELECT the password of ada"


@pytest.fixture
async def http(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(application) as opened:
        yield opened


def client(application: Application) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://core.example")


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [vars(record) for record in caplog.records if record.name == access.name]


def bearer(pair: schemas.TokenPair) -> dict[str, str]:
    return {"authorization": f"Bearer {pair.access_token}"}


async def test_the_log_tells_who_was_refused_what(
    world: World, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    pair = await world.log_in(await world.user())

    with caplog.at_level(logging.INFO, access.name):
        answer = await http.get("/v1/admin/users", headers=bearer(pair))

    assert answer.status_code == 403
    [line] = lines(caplog)
    assert (line["status"], line["code"]) == (403, "permission_denied")
    assert line["user_id"] == str(pair.user.id)
    assert line["session_id"] == str(pair.session_id)


async def test_the_log_tells_who_knocked_at_anothers_organization(
    world: World, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    organization, _ = await world.founded()
    pair = await world.log_in(await world.user())

    with caplog.at_level(logging.INFO, access.name):
        await http.get(f"/v1/organizations/{organization.id}/members", headers=bearer(pair))

    [line] = lines(caplog)
    assert (line["status"], line["code"]) == (404, "organization_not_found")
    assert line["user_id"] == str(pair.user.id)


async def test_the_log_tells_what_tries_to_get_around_the_rules(
    http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    forged = {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    login = {"email": "nobody@example.com", "password": "not this one, no"}
    with caplog.at_level(logging.INFO, access.name):
        await http.get("/v1/me", headers=forged)
        await http.post("/v1/auth/login", json={"email": 5, "admin": True})
        for _ in range(11):
            await http.post("/v1/auth/login", json=login)

    codes = [line["code"] for line in lines(caplog)]
    assert codes[:3] == ["token_invalid", "validation_failed", "invalid_credentials"]
    assert codes[-1] == "rate_limited"
    assert "nobody@example.com" not in str(lines(caplog))


class Breaking(memory.Throttle):
    """Breaks once, in words that are nobody's business."""

    broken = False

    @override
    async def hit(self, *limits: tuple[Limit, str]) -> None:
        if not self.broken:
            self.broken = True
            raise RuntimeError(SECRET)
        await super().hit(*limits)


async def test_what_breaks_is_told_to_the_log_alone_and_breaks_nothing_else(
    container: InMemoryContainer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    container.throttle.override(providers.Object(Breaking(clock, multiplier=1)))
    login = {"email": "ada@example.com", "password": "not this one, no"}

    async with client(Application(container)) as http:
        broken = await http.post("/v1/auth/login", json=login)
        refused = await http.post("/v1/auth/login", json=login)

    assert (broken.status_code, broken.json()["code"]) == (500, "crash")
    assert SECRET not in broken.text
    assert "Traceback" not in broken.text
    [crash] = [record for record in caplog.records if record.name == "core_api.http"]
    assert crash.exc_info
    assert str(crash.exc_info[1]) == SECRET
    assert refused.status_code == 401
