"""What idempotency keys promise beyond the contract, because only a database can keep it."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.exceptions import IdempotencyKeyInFlight
from tests.contracts.idempotency_keys import ANSWER


async def test_a_key_whose_first_request_still_runs_is_in_flight(container: Container) -> None:
    keys, owner = container.idempotency_keys(), uuid4().hex

    async def claims(key: str) -> object:
        async with container.transaction()():
            return await keys.claim(owner, key, b"one")

    async with container.transaction()():
        assert await keys.claim(owner, "k", b"one") is None
        with pytest.raises(IdempotencyKeyInFlight) as refused:
            await asyncio.create_task(claims("k"))
        assert await asyncio.create_task(claims("another")) is None

    assert refused.value.retry_after == 1
    assert await claims("k") is None


async def test_of_many_requests_at_once_one_is_answered(container: Container) -> None:
    keys, owner = container.idempotency_keys(), uuid4().hex
    carried_out = 0

    async def asks() -> object:
        nonlocal carried_out
        async with container.transaction()():
            stored = await keys.claim(owner, "k", b"one")
            if stored is None:
                carried_out += 1
                await asyncio.sleep(0.02)
                await keys.keep(owner, "k", b"one", ANSWER)
            return stored

    results = await asyncio.gather(*(asks() for _ in range(8)), return_exceptions=True)

    assert carried_out == 1
    assert all(one in (None, ANSWER) or isinstance(one, IdempotencyKeyInFlight) for one in results)
    assert await asks() == ANSWER


async def test_what_was_answered_is_no_plain_text(container: Container) -> None:
    owner = uuid4().hex
    async with container.transaction()():
        await container.idempotency_keys().keep(owner, "k", b"one", ANSWER)

    [box] = await container.database().fetch_values(
        "SELECT body_box FROM core.idempotency_keys WHERE owner = %(owner)s", {"owner": owner}
    )

    assert ANSWER.body not in box


async def test_an_answer_is_kept_also_after_work_across_tenants(container: Container) -> None:
    owner = uuid4().hex

    async with container.transaction()():
        await container.idempotency_keys().claim(owner, "k", b"one")
        await container.organizations().by_slug("of nobody")
        await container.idempotency_keys().keep(owner, "k", b"one", ANSWER)

    async with container.transaction()():
        assert await container.idempotency_keys().claim(owner, "k", b"one") == ANSWER
