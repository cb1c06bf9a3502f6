"""What every adapter of the kernel's ports must do. Bound in tests/unit and tests/integration."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.exceptions import IdempotencyKeyReused, RateLimited
from core.models import AuditFilter, Limit, OrganizationId, StoredAnswer
from tests import factories

ANSWER = StoredAnswer(status=201, headers={"etag": '"1"'}, body=b'{"a": 1}')


class TransactionContract:
    async def test_a_failure_forgets_what_was_written(self, container: Container) -> None:
        ada = factories.user()

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.users().add(ada)
                raise RuntimeError

        assert await container.users().get(ada.id) is None

    async def test_an_inner_one_can_fail_alone(self, container: Container) -> None:
        ada, bob = factories.user(), factories.user()

        async with container.transaction()():
            await container.users().add(ada)
            with pytest.raises(RuntimeError):
                async with container.transaction()():
                    await container.users().add(bob)
                    raise RuntimeError

        assert await container.users().get(ada.id) == ada
        assert await container.users().get(bob.id) is None

    async def test_a_joined_one_fails_with_what_joined_it(self, container: Container) -> None:
        ada, bob = factories.user(), factories.user()

        with pytest.raises(RuntimeError):
            async with container.transaction()(joined=True):
                await container.users().add(ada)
                async with container.transaction()():
                    await container.users().add(bob)
                    raise RuntimeError

        assert await container.users().get(ada.id) is None
        assert await container.users().get(bob.id) is None

    async def test_rolling_one_task_back_keeps_what_another_wrote(
        self, container: Container
    ) -> None:
        ada, bob = factories.user(), factories.user()
        opened = asyncio.Event()

        async def fails() -> None:
            async with container.transaction()():
                await container.users().add(ada)
                opened.set()
                await asyncio.sleep(0.01)
                raise RuntimeError

        async def writes() -> None:
            await opened.wait()
            await container.users().add(bob)

        await asyncio.gather(fails(), writes(), return_exceptions=True)

        assert await container.users().get(ada.id) is None
        assert await container.users().get(bob.id) == bob


class ThrottleContract:
    async def test_what_is_over_the_limit_is_refused_and_told_when_to_come_back(
        self, container: Container
    ) -> None:
        limit, who = (Limit(name="test", count=3, seconds=60), uuid4().hex)
        for _ in range(3):
            await container.throttle().hit((limit, who))

        with pytest.raises(RateLimited) as refused:
            await container.throttle().hit((limit, who))

        assert 0 < (refused.value.retry_after or 0) <= 60
        await container.throttle().hit((limit, uuid4().hex))

    async def test_an_attempt_can_be_taken_back(self, container: Container) -> None:
        attempt = (Limit(name="test", count=1, seconds=60), uuid4().hex)

        for _ in range(5):
            await container.throttle().hit(attempt)
            await container.throttle().forgive(attempt)

    async def test_a_rollback_takes_no_attempt_back(self, container: Container) -> None:
        attempt = (Limit(name="test", count=1, seconds=60), uuid4().hex)

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.throttle().hit(attempt)
                raise RuntimeError

        with pytest.raises(RateLimited):
            await container.throttle().hit(attempt)


class IdempotencyKeysContract:
    async def test_a_kept_answer_is_given_again(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex
        async with container.transaction()():
            assert await keys.claim(owner, "k", b"one") is None
            await keys.keep(owner, "k", b"one", ANSWER)

        async with container.transaction()():
            assert await keys.claim(owner, "k", b"one") == ANSWER
            assert await keys.claim(uuid4().hex, "k", b"one") is None

    async def test_a_key_stands_for_one_request(self, container: Container) -> None:
        keys, owner = container.idempotency_keys(), uuid4().hex
        async with container.transaction()():
            await keys.keep(owner, "k", b"one", ANSWER)

        async with container.transaction()():
            with pytest.raises(IdempotencyKeyReused):
                await keys.claim(owner, "k", b"other")


class AuditLogContract:
    async def test_rows_come_newest_first_and_only_an_organizations_own(
        self, container: Container
    ) -> None:
        audit = container.audit()
        ours, theirs = (OrganizationId(factories.new_id()) for _ in range(2))
        who = factories.anonymous()
        for action in ("a.one", "a.two", "a.three"):
            await audit.record(who, action, organization_id=ours, reason="why")
        await audit.record(who, "a.foreign", organization_id=theirs)
        await audit.record(who, "a.nobodys")

        rows = await audit.page(ours, AuditFilter(), limit=2)
        rest = await audit.page(ours, AuditFilter(), limit=10, before=rows[-1].id)

        assert [row.action for row in [*rows, *rest]] == ["a.three", "a.two", "a.one"]
        assert rows[0].metadata == {"reason": "why"}
        assert rows[0].ip == who.ip

    async def test_rows_are_found_by_what_and_when(self, container: Container) -> None:
        audit, ours = container.audit(), OrganizationId(factories.new_id())
        for action in ("b.one", "b.two"):
            await audit.record(factories.anonymous(), action, organization_id=ours)
        [second, first] = await audit.page(ours, AuditFilter(), limit=10)

        by_action = await audit.page(ours, AuditFilter(action="b.one"), limit=10)
        until = await audit.page(ours, AuditFilter(until=second.occurred_at), limit=10)
        by_actor = await audit.page(ours, AuditFilter(actor_id=uuid4()), limit=10)

        assert (by_action, until, by_actor) == ([first], [first], [])
