"""What every adapter of the port of departing users must do."""

import asyncio
from datetime import datetime
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from core.audit import AuditFilter
from core.models import UserId
from tests import factories
from tests.contracts.data_exports import export_of
from tests.contracts.filing import admitted, bucket
from tests.contracts.founding import founded, joined, known
from tests.contracts.invitations import invited
from tests.factories import DAY, NOW

LONG_AGO = NOW - 3000 * DAY


async def departing(container: Container, at: datetime = LONG_AGO) -> models.User:
    return await known(container, status="pending_deletion", deletes_at=at)


async def departs(container: Container, user: models.User) -> None:
    found = await container.users().get(user.id)
    assert found is not None
    await container.users().update(found.evolve(status="pending_deletion", deletes_at=LONG_AGO))


class DepartingUsersContract:
    async def test_those_who_are_due_are_found_page_by_page(self, container: Container) -> None:
        users = container.departing_users()
        made = [await departing(container) for _ in range(3)]
        await departing(container, NOW)
        await known(container)
        ours = {one.id for one in made}

        seen = list[UserId]()
        while page := await users.due(LONG_AGO, limit=2, after=seen[-1] if seen else None):
            assert len(page) <= 2
            seen += page

        assert seen == sorted(seen)
        assert [one for one in seen if one in ours] == sorted(ours)
        for one in made:
            assert one.id not in await users.due(LONG_AGO - DAY, limit=100)
            await users.remove(one.id, LONG_AGO)

    async def test_whoever_is_not_due_stays(self, container: Container) -> None:
        users, later = container.departing_users(), await departing(container, NOW)
        ada = await known(container)

        for user_id in (later.id, ada.id, UserId(uuid4())):
            assert not await users.remove(user_id, NOW - DAY)

        assert await container.users().get(later.id) == later
        assert await container.users().get(ada.id) == ada

    async def test_what_is_theirs_goes_with_them(self, container: Container) -> None:
        organization, owner = await founded(container)
        ada = await joined(container, organization)
        session, token = factories.session(ada), factories.one_time_token(ada)
        acting = factories.session(owner, impersonator_id=ada.id)
        await container.sessions().add(session)
        await container.sessions().add(acting)
        await container.one_time_tokens().add(token)
        export = await container.data_exports().begin(export_of(ada))
        got = await invited(container, organization, email=ada.email)
        sent = await invited(container, organization, inviter_id=ada.id)
        await departs(container, ada)

        assert await container.departing_users().remove(ada.id, NOW)

        assert await container.users().get(ada.id) is None
        assert await container.users().by_email(ada.email) is None
        assert await container.sessions().find(session.id) is None
        assert await container.sessions().find(acting.id) is None
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await container.one_time_tokens().consume(token.id, token.purpose, NOW)
        assert await container.data_exports().get(ada.id, export.id) is None
        assert await container.memberships().get(organization.id, ada.id) is None
        assert await container.invitations().get(organization.id, got.id) is None
        assert await container.invitations().get(organization.id, sent.id) == sent.evolve(
            inviter_id=None
        )

    async def test_files_stay_without_their_owner(self, container: Container) -> None:
        ada, place = await known(container), await bucket(container)
        stored = await admitted(container, place, owner_id=ada.id)
        await departs(container, ada)

        assert await container.departing_users().remove(ada.id, NOW)

        found = await container.objects().get(place.organization_id, stored.id)
        assert found == stored.evolve(owner_id=None)

    async def test_what_is_of_others_stays(self, container: Container) -> None:
        organization, owner = await founded(container)
        ada, bob = await joined(container, organization), await joined(container, organization)
        invitation = await invited(container, organization)
        actor = factories.anonymous(user_id=ada.id, organization_id=organization.id)
        await container.audit().record(actor, "thing.done")
        await departs(container, ada)

        await container.departing_users().remove(ada.id, NOW)

        members = await container.memberships().page(organization.id, limit=10)
        assert {one.user_id for one in members} == {owner.id, bob.id}
        assert await container.users().get(bob.id) == bob
        assert await container.invitations().get(organization.id, invitation.id) == invitation
        assert await container.organizations().get(organization.id) == organization
        [row] = await container.audit().page(organization.id, AuditFilter(), limit=10)
        assert row.actor_id == ada.id

    async def test_of_many_at_once_one_removes_them(self, container: Container) -> None:
        ada, users = await departing(container), container.departing_users()

        removed = await asyncio.gather(*(users.remove(ada.id, NOW) for _ in range(4)))

        assert sorted(removed) == [False, False, False, True]
