"""What every adapter of IdempotencyKeys must do."""

from uuid import uuid4

import pytest

from bootstrap import Container
from core.exceptions import IdempotencyKeyInFlight, IdempotencyKeyReused
from core.stored import StoredAnswer

ANSWER = StoredAnswer(status=201, headers={"etag": '"1"'}, body=b'{"a": "\xc3\xa4\x00"}')


class IdempotencyKeysContract:
    async def test_a_kept_answer_is_given_again(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex
        async with container.transaction()():
            assert await keys.claim(owner, "k", b"one") is None
            await keys.keep(owner, "k", b"one", ANSWER)

        for _ in range(2):
            async with container.transaction()():
                assert await keys.claim(owner, "k", b"one") == ANSWER

    async def test_everybody_has_keys_of_their_own(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex
        async with container.transaction()():
            await keys.keep(owner, "k", b"one", ANSWER)

        async with container.transaction()():
            assert await keys.claim(uuid4().hex, "k", b"one") is None
            assert await keys.claim(owner, "l", b"one") is None

    async def test_a_key_stands_for_one_request(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex
        async with container.transaction()():
            await keys.keep(owner, "k", b"one", ANSWER)

        async with container.transaction()():
            with pytest.raises(IdempotencyKeyReused):
                await keys.claim(owner, "k", b"other")

    async def test_a_claim_that_came_to_nothing_frees_the_key(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await keys.claim(owner, "k", b"one")
                await keys.keep(owner, "k", b"one", ANSWER)
                raise RuntimeError

        async with container.transaction()():
            assert await keys.claim(owner, "k", b"other") is None

    async def test_an_answer_is_never_replaced(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex
        async with container.transaction()():
            await keys.keep(owner, "k", b"one", ANSWER)

        with pytest.raises(IdempotencyKeyInFlight) as refused:
            async with container.transaction()():
                await keys.keep(owner, "k", b"one", ANSWER.evolve(status=200))

        assert refused.value.retry_after == 1
        async with container.transaction()():
            assert await keys.claim(owner, "k", b"one") == ANSWER
