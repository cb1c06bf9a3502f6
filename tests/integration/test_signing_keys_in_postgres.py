"""Processes that start, and operators who rotate, at once: on a database with no keys yet."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import uuid4

import psycopg
import pytest

from adapters.embedded import Urls
from adapters.postgres.tables import migrate
from bootstrap import Application, Settings, application
from core.accounts import exceptions, schemas, service
from core.models import Actor, Page

OPERATOR = Actor(kind="cli")


@pytest.fixture
async def alone(urls: Urls, settings: Settings) -> AsyncIterator[Application]:
    """The service over a migrated database of its own."""
    name = f"test_{uuid4().hex[:12]}"
    app, owner = (url.replace("/core?", f"/{name}?") for url in (urls.app, urls.owner))
    with psycopg.connect(urls.superuser, autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {name} OWNER core_owner")
        try:
            migrate.upgrade(owner)
            async with application(settings.at(app, owner)) as alone:
                yield alone
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def states(alone: Application) -> Counter[str]:
    return Counter(key.state for key in await alone.container.signing_keys().all())


async def test_of_many_processes_that_start_at_once_one_makes_the_keys(alone: Application) -> None:
    ensure = alone.use(service.EnsureSigningKeys)

    await asyncio.gather(*(ensure(None, OPERATOR) for _ in range(8)))

    assert await states(alone) == {"current": 1, "next": 1}


async def test_of_two_who_rotate_at_once_one_does_and_the_other_is_told(alone: Application) -> None:
    await alone.use(service.EnsureSigningKeys)(None, OPERATOR)
    rotate, command = alone.use(service.RotateSigningKeys), schemas.RotateSigningKeys(force=True)
    for _ in range(5):
        before = await states(alone)

        results = await asyncio.gather(
            *(rotate(command, OPERATOR) for _ in range(2)), return_exceptions=True
        )

        after, outcomes = await states(alone), Counter(map(type, results))
        assert outcomes.keys() <= {Page[schemas.SigningKeyView], Page, exceptions.RotationTooEarly}
        rotations = len(results) - outcomes[exceptions.RotationTooEarly]
        assert rotations >= 1
        assert after == {
            "current": 1,
            "next": 1,
            "previous": before["previous"] + rotations,
        }
