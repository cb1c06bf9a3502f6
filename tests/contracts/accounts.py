"""What every adapter of the accounts ports must do. Bound in tests/unit and tests/integration."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from core.exceptions import VersionMismatch
from core.models import SessionId
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)
GRACE = timedelta(seconds=10)


def session(user: models.User, **fields: Any) -> models.Session:
    defaults = {
        "id": factories.new_id(),
        "user_id": user.id,
        "client_id": "core-api",
        "amr": ("pwd",),
        "created_at": NOW,
        "rotated_at": NOW,
        "authenticated_at": NOW,
        "idle_expires_at": NOW + DAY,
        "absolute_expires_at": NOW + 2 * DAY,
    }
    return models.Session.model_validate(defaults | fields)


async def founded(container: Container) -> tuple[models.Organization, models.User]:
    owner, organization = factories.user(), factories.organization()
    await container.users().add(owner)
    await container.organizations().add(organization, membership(organization, owner, "owner"))
    return organization, owner


def membership(
    organization: models.Organization, user: models.User, role: str
) -> models.Membership:
    return models.Membership(
        organization_id=organization.id, user_id=user.id, role=role, created_at=NOW
    )


def invitation(organization: models.Organization, **fields: Any) -> models.Invitation:
    defaults = {
        "id": factories.new_id(),
        "organization_id": organization.id,
        "email": factories.email(),
        "role": "member",
        "inviter_id": None,
        "created_at": NOW,
        "expires_at": NOW + DAY,
    }
    return models.Invitation.model_validate(defaults | fields)


class UsersContract:
    async def test_returns_what_was_added(self, container: Container) -> None:
        ada = factories.user()
        await container.users().add(ada)

        assert await container.users().get(ada.id) == ada
        assert await container.users().by_email(ada.email.upper()) == ada
        assert await container.users().page(limit=5, email=ada.email[:20]) == [ada]

    async def test_one_of_two_racing_users_gets_the_email(self, container: Container) -> None:
        email = factories.email()
        racers = [factories.user(email=email) for _ in range(2)]

        results = await asyncio.gather(*map(container.users().add, racers), return_exceptions=True)

        assert sorted(map(type, results), key=str) == [type(None), exceptions.EmailTaken]

    async def test_an_update_of_an_old_version_is_refused(self, container: Container) -> None:
        ada = factories.user()
        await container.users().add(ada)
        newer = await container.users().update(ada.evolve(display_name="Ada"))

        assert (newer.version, await container.users().get(ada.id)) == (2, newer)
        with pytest.raises(VersionMismatch):
            await container.users().update(ada.evolve(display_name="Eve"))

    async def test_a_password_is_replaced_if_the_old_one_stands(self, container: Container) -> None:
        ada, users = factories.user(password_hash="old"), container.users()
        await users.add(ada)

        assert await users.set_password(ada.id, "new", at=NOW, instead_of="old")
        assert not await users.set_password(ada.id, "newer", at=NOW, instead_of="old")
        found = await users.get(ada.id)
        assert found is not None
        assert found.password_hash == "new"

    async def test_the_first_proof_of_an_address_counts(self, container: Container) -> None:
        ada, users = factories.user(), container.users()
        await users.add(ada)
        await users.mark_verified(ada.id, NOW)
        await users.mark_verified(ada.id, NOW + DAY)

        found = await users.get(ada.id)
        assert found is not None
        assert found.email_verified_at == NOW


class SessionsContract:
    async def rotated(
        self, container: Container, one: SessionId, generation: int, **at: Any
    ) -> Any:
        return await container.sessions().rotate(
            one, generation, now=NOW + timedelta(**at), idle=DAY, grace=GRACE
        )

    async def opened(self, container: Container, **fields: Any) -> models.Session:
        ada = factories.user(email_verified_at=NOW)
        await container.users().add(ada)
        made = session(ada, **fields)
        await container.sessions().add(made)
        return made

    async def test_of_eight_rotations_at_once_one_rotates_and_the_rest_repeat(
        self, container: Container
    ) -> None:
        made = await self.opened(container)

        found = await asyncio.gather(
            *(self.rotated(container, made.id, 1, seconds=5) for _ in range(8))
        )

        assert Counter(one.outcome for one in found) == {"rotated": 1, "repeated": 7}
        assert {one.signed_in.session.generation for one in found} == {2}

    async def test_an_older_generation_is_reuse_and_so_is_the_last_after_the_grace(
        self, container: Container
    ) -> None:
        made = await self.opened(container)
        await self.rotated(container, made.id, 1, seconds=0)

        assert (await self.rotated(container, made.id, 1, seconds=10)).outcome == "repeated"
        assert (await self.rotated(container, made.id, 1, seconds=11)).outcome == "reused"
        await self.rotated(container, made.id, 2, seconds=12)
        assert (await self.rotated(container, made.id, 1, seconds=12)).outcome == "reused"

    async def test_what_has_ended_is_dead(self, container: Container) -> None:
        made = await self.opened(container)

        assert (await self.rotated(container, made.id, 1, days=1)).outcome == "dead"
        assert (await self.rotated(container, SessionId(uuid4()), 1)).outcome == "dead"
        await container.sessions().revoke(made.user_id, at=NOW, reason="test")
        assert (await self.rotated(container, made.id, 1)).outcome == "dead"

    async def test_revoking_ends_one_or_all_but_one(self, container: Container) -> None:
        first = await self.opened(container)
        owner = await container.users().get(first.user_id)
        assert owner is not None
        second, third = session(owner), session(owner)
        for one in (second, third):
            await container.sessions().add(one)
        sessions = container.sessions()

        assert await sessions.revoke(owner.id, at=NOW, reason="x", only=first.id) == [first.id]
        assert await sessions.revoke(owner.id, at=NOW, reason="x", only=first.id) == []
        assert await sessions.revoke(owner.id, at=NOW, reason="x", keep=third.id) == [second.id]
        assert [one.id for one in await sessions.active(owner.id, NOW)] == [third.id]

    async def test_a_session_is_found_with_the_role_in_an_organization(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        made = session(owner)
        await container.sessions().add(made)

        inside = await container.sessions().find(made.id, organization.id)
        elsewhere = await container.sessions().find(made.id, factories.organization().id)

        assert inside is not None
        assert elsewhere is not None
        assert (inside.role, elsewhere.role) == ("owner", None)
        assert inside.user.password_hash is None


class OneTimeTokensContract:
    def token(self, user: models.User, **fields: Any) -> models.OneTimeToken:
        defaults = {
            "id": factories.new_id(),
            "user_id": user.id,
            "purpose": "verify_email",
            "created_at": NOW,
            "expires_at": NOW + DAY,
        }
        return models.OneTimeToken.model_validate(defaults | fields)

    async def test_it_works_once_in_time_and_for_its_purpose(self, container: Container) -> None:
        ada, tokens = factories.user(), container.one_time_tokens()
        await container.users().add(ada)
        token = self.token(ada)
        await tokens.add(token)

        for purpose, now in (("reset_password", NOW), ("verify_email", NOW + DAY)):
            with pytest.raises(exceptions.TokenInvalidOrExpired):
                await tokens.consume(token.id, purpose, now)  # type: ignore[arg-type]
        tries = [tokens.consume(token.id, "verify_email", NOW) for _ in range(5)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(result == token for result in results) == 1

    async def test_a_newer_one_replaces_the_live_one(self, container: Container) -> None:
        ada, tokens = factories.user(), container.one_time_tokens()
        await container.users().add(ada)
        old, new = self.token(ada), self.token(ada)
        await tokens.add(old)
        await tokens.add(new)

        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await tokens.consume(old.id, "verify_email", NOW)
        await tokens.cancel(ada.id, "verify_email", NOW)
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await tokens.consume(new.id, "verify_email", NOW)


class OrganizationsContract:
    async def test_there_is_never_one_without_an_owner(self, container: Container) -> None:
        organization, owner = await founded(container)

        assert await container.organizations().get(organization.id) == organization
        assert await container.organizations().by_slug(organization.slug) == organization
        assert await container.memberships().owners(organization.id) == 1
        [seen] = await container.organizations().of_user(owner.id, limit=5)
        assert (seen.id, seen.role) == (organization.id, "owner")

    async def test_a_slug_is_taken_once(self, container: Container) -> None:
        organization, owner = await founded(container)
        other = factories.organization(slug=organization.slug)

        with pytest.raises(exceptions.SlugTaken):
            await container.organizations().add(other, membership(other, owner, "owner"))
        assert await container.organizations().get(other.id) is None
        another, _ = await founded(container)
        with pytest.raises(exceptions.SlugTaken):
            await container.organizations().update(another.evolve(slug=organization.slug))

    async def test_an_update_of_an_old_version_is_refused(self, container: Container) -> None:
        organization, _ = await founded(container)
        await container.organizations().update(organization.evolve(name="New"))

        with pytest.raises(VersionMismatch):
            await container.organizations().update(organization.evolve(name="Other"))


class MembershipsContract:
    async def test_somebody_is_a_member_once(self, container: Container) -> None:
        organization, owner = await founded(container)
        again = membership(organization, owner, "viewer")

        with pytest.raises(exceptions.AlreadyMember):
            await container.memberships().add(again)
        assert await container.memberships().by_email(organization.id, owner.email.upper())

    async def test_pages_make_the_whole_list(self, container: Container) -> None:
        organization, owner = await founded(container)
        people = [factories.user() for _ in range(5)]
        for one in people:
            await container.users().add(one)
            await container.memberships().add(membership(organization, one, "member"))

        seen: list[models.Member] = []
        while page := await container.memberships().page(
            organization.id, limit=2, before=seen[-1].user_id if seen else None
        ):
            seen += page

        assert [one.user_id for one in seen] == [one.id for one in [*people[::-1], owner]]

    async def test_roles_change_and_people_leave(self, container: Container) -> None:
        organization, owner = await founded(container)
        await container.memberships().set_role(organization.id, owner.id, "admin")
        assert await container.memberships().owners(organization.id) == 0

        await container.memberships().remove(organization.id, owner.id)
        assert await container.memberships().get(organization.id, owner.id) is None


class InvitationsContract:
    async def test_one_is_pending_for_an_address_until_it_runs_out(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        first = invitation(organization)
        await container.invitations().add(first)

        with pytest.raises(exceptions.AlreadyInvited):
            await container.invitations().add(invitation(organization, email=first.email))
        later = invitation(
            organization, email=first.email, created_at=NOW + DAY, expires_at=NOW + 2 * DAY
        )
        await container.invitations().add(later)
        assert await container.invitations().page(organization.id, limit=5) == [later]

    async def test_it_is_settled_once(self, container: Container) -> None:
        organization, _ = await founded(container)
        made = invitation(organization)
        await container.invitations().add(made)

        tries = [
            container.invitations().settle(organization.id, made.id, "accepted", NOW)
            for _ in range(5)
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)

        assert Counter(map(type, results)) == {
            models.Invitation: 1,
            exceptions.InvitationNotPending: 4,
        }

    async def test_another_organizations_is_not_there(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        made = invitation(organization)
        await container.invitations().add(made)

        assert await container.invitations().get(foreign.id, made.id) is None
        with pytest.raises(exceptions.InvitationNotPending):
            await container.invitations().settle(foreign.id, made.id, "revoked", NOW)
        [seen] = await container.invitations().for_email(made.email, NOW)
        assert seen.organization_name == organization.name
