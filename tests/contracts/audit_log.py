"""What every adapter of AuditLog must do."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bootstrap import Container
from core.audit import AuditEvent, AuditFilter
from core.models import Actor, OrganizationId
from tests import factories


def organization_id() -> OrganizationId:
    return OrganizationId(factories.new_id())


async def all_of(container: Container, organization: OrganizationId) -> list[AuditEvent]:
    return await container.audit().page(organization, AuditFilter(), limit=100)


class AuditLogContract:
    async def test_the_platform_sees_rows_of_every_organization_and_of_none(
        self, container: Container
    ) -> None:
        actor = factories.anonymous(user_id=uuid4(), kind="user")
        for where in (organization_id(), None, organization_id()):
            await container.audit().record(actor, "thing.done", organization_id=where)
        matching = AuditFilter(actor_id=actor.user_id)

        rows = await container.audit().everywhere(matching, limit=5)
        [second] = await container.audit().everywhere(matching, limit=1, before=rows[0].id)

        assert [row.organization_id is None for row in rows] == [False, True, False]
        assert second == rows[1]

    async def test_a_row_says_who_did_what_to_which_thing_and_when(
        self, container: Container
    ) -> None:
        actor = Actor.model_validate(
            {
                "kind": "user",
                "user_id": uuid4(),
                "session_id": uuid4(),
                "organization_id": uuid4(),
                "ip": "192.0.2.7",
                "user_agent": "curl",
                "request_id": "request",
            }
        )
        target, before = uuid4(), container.clock().now()
        await container.audit().record(
            actor, "thing.done", target=("thing", target), outcome="failure", why=("it", 1, None)
        )

        [row] = await all_of(container, actor.require_organization())

        assert row == AuditEvent(
            id=row.id,
            occurred_at=row.occurred_at,
            action="thing.done",
            actor_kind="user",
            actor_id=actor.user_id,
            organization_id=actor.organization_id,
            target_type="thing",
            target_id=target,
            session_id=actor.session_id,
            ip="192.0.2.7",
            user_agent="curl",
            request_id="request",
            outcome="failure",
            metadata={"why": ["it", 1, None]},
        )
        assert before <= row.occurred_at <= container.clock().now()

    async def test_metadata_is_what_json_can_say(self, container: Container) -> None:
        with pytest.raises(TypeError):
            await container.audit().record(factories.anonymous(), "thing.done", what=uuid4())

    async def test_another_organization_may_be_named(self, container: Container) -> None:
        own, named = organization_id(), organization_id()
        actor = factories.anonymous(organization_id=own)

        await container.audit().record(actor, "thing.done", organization_id=named)

        assert await all_of(container, own) == []
        assert len(await all_of(container, named)) == 1

    async def test_rows_come_newest_first_and_only_an_organizations_own(
        self, container: Container
    ) -> None:
        audit, ours, theirs = container.audit(), organization_id(), organization_id()
        who = factories.anonymous()
        for action in ("a.one", "a.two", "a.three"):
            await audit.record(who, action, organization_id=ours)
        await audit.record(who, "a.foreign", organization_id=theirs)
        await audit.record(who, "a.nobodys")

        rows = await audit.page(ours, AuditFilter(), limit=2)
        rest = await audit.page(ours, AuditFilter(), limit=10, before=rows[-1].id)

        assert [row.action for row in [*rows, *rest]] == ["a.three", "a.two", "a.one"]

    async def test_rows_are_found_by_what_who_and_when(self, container: Container) -> None:
        audit, ours, ada = container.audit(), organization_id(), uuid4()
        await audit.record(factories.anonymous(), "b.one", organization_id=ours)
        await audit.record(factories.anonymous(user_id=ada), "b.two", organization_id=ours)
        [second, first] = await all_of(container, ours)
        between = first.occurred_at + timedelta(microseconds=1)

        async def found(**conditions: object) -> list[AuditEvent]:
            matching = AuditFilter.model_validate(conditions)
            return await audit.page(ours, matching, limit=10)

        assert await found(action="b.one") == [first]
        assert await found(actor_id=ada) == [second]
        assert await found(actor_id=uuid4()) == []
        assert await found(until=first.occurred_at) == []
        assert await found(since=first.occurred_at) == [second, first]
        assert await found(since=between) == [second]
        assert await found(until=between) == [first]
        assert await found(action="b.one", actor_id=ada) == []

    async def test_rows_are_found_by_what_they_are_about_and_how_it_went(
        self, container: Container
    ) -> None:
        audit, ours, thing = container.audit(), organization_id(), uuid4()
        who = factories.anonymous(organization_id=ours)
        await audit.record(who, "c.one", target=("thing", thing))
        await audit.record(who, "c.two", target=("thing", uuid4()), outcome="failure")
        await audit.record(who, "c.three", target=("other", thing), outcome="failure")
        await audit.record(who, "c.four")

        async def found(**conditions: object) -> list[str]:
            matching = AuditFilter.model_validate(conditions)
            rows = await audit.page(ours, matching, limit=10)
            everywhere = await audit.everywhere(matching, limit=10**6)
            assert [row for row in everywhere if row.organization_id == ours] == rows
            return [row.action for row in rows]

        assert await found(target_type="thing") == ["c.two", "c.one"]
        assert await found(target_id=thing) == ["c.three", "c.one"]
        assert await found(target_type="thing", target_id=thing) == ["c.one"]
        assert await found(outcome="failure") == ["c.three", "c.two"]
        assert await found(outcome="success", target_type="other") == []

    async def test_a_row_is_lost_with_the_transaction_it_belongs_to(
        self, container: Container
    ) -> None:
        ours = organization_id()

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.audit().record(
                    factories.anonymous(), "thing.done", organization_id=ours
                )
                raise RuntimeError

        assert await all_of(container, ours) == []
