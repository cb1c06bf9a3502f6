"""What every adapter of the roles port must do."""

import asyncio
from typing import Any

import pytest

from bootstrap import Container
from core.accounts import models
from core.accounts.roles import exceptions
from core.exceptions import VersionMismatch
from tests import factories
from tests.contracts.founding import founded, joined
from tests.contracts.sso_connections import connected
from tests.factories import DAY, NOW


async def made(
    container: Container, organization: models.Organization, **fields: Any
) -> models.Role:
    role = factories.role(organization, **fields)
    await container.roles().add(role)
    return role


class RolesContract:
    async def test_one_is_found_in_its_organization_alone(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        role = await made(container, organization, permissions=["members:read", "audit:read"])
        get = container.roles().get

        assert await get(organization.id, role.key) == role
        assert await get(foreign.id, role.key) is None
        assert await get(organization.id, "another") is None

    async def test_a_key_is_taken_once_in_an_organization(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        role = await made(container, organization)
        await made(container, foreign)

        with pytest.raises(exceptions.RoleKeyTaken):
            await made(container, organization, name="Other")

        assert await container.roles().all(organization.id) == [role]

    async def test_one_of_two_racing_roles_gets_the_key(self, container: Container) -> None:
        organization, _ = await founded(container)

        results = await asyncio.gather(
            made(container, organization), made(container, organization), return_exceptions=True
        )

        assert {type(one) for one in results} == {models.Role, exceptions.RoleKeyTaken}

    async def test_those_of_an_organization_come_by_key(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        await made(container, foreign)
        several = [await made(container, organization, key=key) for key in ("b_b", "a", "bb", "b-")]

        found = await container.roles().all(organization.id)

        assert found == sorted(several, key=lambda one: one.key)

    async def test_an_update_writes_name_and_permissions_alone(self, container: Container) -> None:
        organization, _ = await founded(container)
        role = await made(container, organization)
        changed = role.evolve(
            name="New", permissions={"audit:read"}, updated_at=NOW + DAY, created_at=NOW + DAY
        )

        newer = await container.roles().update(changed)

        assert newer == changed.evolve(created_at=NOW, version=2)
        assert await container.roles().get(organization.id, role.key) == newer

    async def test_an_update_of_an_old_version_is_refused(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        role = await made(container, organization)
        await container.roles().update(role.evolve(name="New"))

        for stale in (role, role.evolve(key="gone"), factories.role(foreign)):
            with pytest.raises(VersionMismatch):
                await container.roles().update(stale.evolve(name="Other"))

    async def test_what_is_removed_is_gone_from_its_organization_alone(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        await made(container, organization)
        other = await made(container, foreign)

        for _ in range(2):
            await container.roles().remove(organization.id, other.key)

        assert await container.roles().all(organization.id) == []
        assert await container.roles().all(foreign.id) == [other]

    async def test_a_member_uses_a_role_and_does_by_it_what_it_says(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        role = await made(container, organization, permissions=["members:read", "audit:read"])
        assert not await container.roles().in_use(organization.id, role.key)
        user = await joined(container, organization, role.key)
        session = factories.session(user)
        await container.sessions().add(session)

        found = await container.sessions().find(session.id, organization.id)

        assert found is not None
        assert found.standing == models.Standing(role=role.key, granted=role.permissions)
        assert await container.roles().in_use(organization.id, role.key)

    async def test_an_invitation_uses_a_role_while_it_is_pending(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        role = await made(container, organization)
        invitation = factories.invitation(organization, role=role.key, expires_at=NOW + DAY)
        await container.invitations().add(invitation)

        before = await container.roles().in_use(organization.id, role.key)
        await container.invitations().settle(organization.id, invitation.id, "revoked", NOW)

        assert before
        assert not await container.roles().in_use(organization.id, role.key)

    async def test_a_service_uses_a_role_until_its_key_is_revoked(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        role = await made(container, organization)
        key = factories.api_key(organization, role=role.key)
        await container.api_keys().add(key)

        before = await container.roles().in_use(organization.id, role.key)
        await container.api_keys().revoke(organization.id, key.id, NOW)

        assert before
        assert not await container.roles().in_use(organization.id, role.key)

    async def test_a_sign_in_connection_uses_the_role_that_newcomers_get(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        role = await made(container, organization)
        connection = await connected(container, organization, default_role=role.key)

        before = await container.roles().in_use(organization.id, role.key)
        await container.sso_connections().remove(organization.id, connection.id)

        assert before
        assert not await container.roles().in_use(organization.id, role.key)

    async def test_a_role_of_the_same_name_elsewhere_is_another_one(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        role = await made(container, organization, permissions=["audit:read"])
        await made(container, foreign, permissions=["members:read"])
        user = await joined(container, foreign, role.key)
        session = factories.session(user)
        await container.sessions().add(session)

        found = await container.sessions().find(session.id, foreign.id)

        assert not await container.roles().in_use(organization.id, role.key)
        assert found is not None
        assert found.standing is not None
        assert found.standing.granted == frozenset({"members:read"})
