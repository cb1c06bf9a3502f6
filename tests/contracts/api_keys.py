"""What every adapter of the API keys port must do."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bootstrap import Container
from core.accounts import models
from core.accounts.api_keys.models import ApiKey, ApiKeyId, PresentedKey
from core.accounts.models import Standing
from tests import factories
from tests.contracts.founding import founded, joined
from tests.factories import DAY, NOW

MINUTE = timedelta(minutes=1)


async def made(container: Container, organization: models.Organization, **fields: Any) -> ApiKey:
    key = factories.api_key(organization, **fields)
    await container.api_keys().add(key)
    return key


async def presented(container: Container, key: ApiKey, at: datetime = NOW) -> PresentedKey:
    found = await container.api_keys().present(key.key_hash, at, note_every=MINUTE)
    assert found is not None
    return found


async def used(container: Container, key: ApiKey, at: datetime) -> datetime | None:
    """Present a key; return when it was used last, as the next one to look is told."""
    told = (await presented(container, key, at)).key.last_used_at
    for one in await container.api_keys().page(key.organization_id, limit=100):
        assert one.id != key.id or one.last_used_at == told
    return told


class ApiKeysContract:
    async def test_a_persons_key_is_found_with_how_they_stand(self, container: Container) -> None:
        organization, owner = await founded(container)
        strict = organization.evolve(sso_enforced=True, mfa_required=True)
        await container.organizations().update(strict)
        key = await made(
            container,
            organization,
            user_id=owner.id,
            created_by=owner.id,
            scopes=["members:read", "audit:read"],
            through_sso=True,
            expires_at=NOW + DAY,
        )

        found = await presented(container, key)

        assert found == PresentedKey(
            key=key.evolve(last_used_at=NOW),
            user_status="active",
            standing=Standing(role="owner", sso_enforced=True, mfa_required=True),
        )

    async def test_a_persons_key_tells_what_became_of_them(self, container: Container) -> None:
        organization, _ = await founded(container)
        user = await joined(container, organization)
        key = await made(container, organization, user_id=user.id)
        suspended = user.evolve(status="suspended", mfa_enabled=True)
        await container.users().update(suspended)

        out = await presented(container, key)
        await container.memberships().remove(organization.id, user.id)
        gone = await presented(container, key)

        assert (out.user_status, out.user_mfa_enabled) == ("suspended", True)
        assert out.standing == Standing(role="member")
        assert gone.standing is None

    async def test_a_persons_key_has_the_permissions_of_a_role_of_the_organizations_own(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        role = factories.role(organization)
        await container.roles().add(role)
        user = await joined(container, organization, role.key)
        key = await made(container, organization, user_id=user.id)

        found = await presented(container, key)

        assert found.standing == Standing(role=role.key, granted=role.permissions)

    async def test_a_services_key_is_found_with_its_role(self, container: Container) -> None:
        organization, owner = await founded(container)
        foreign, _ = await founded(container)
        role = factories.role(organization)
        await container.roles().add(role)
        await container.roles().add(factories.role(foreign, permissions=["audit:read"]))
        built_in = await made(container, organization, role="admin", created_by=owner.id)
        own = await made(container, organization, role=role.key)

        found = [await presented(container, key) for key in (built_in, own)]

        assert [one.standing for one in found] == [
            Standing(role="admin"),
            Standing(role=role.key, granted=role.permissions),
        ]
        assert {(one.user_status, one.user_mfa_enabled) for one in found} == {(None, False)}

    async def test_a_key_that_nobody_made_is_not_there(self, container: Container) -> None:
        await founded(container)

        assert await container.api_keys().present(uuid4().bytes, NOW, note_every=MINUTE) is None

    async def test_its_use_is_noted_at_most_once_a_minute(self, container: Container) -> None:
        organization, _ = await founded(container)
        key, other = await made(container, organization), await made(container, organization)
        second = timedelta(seconds=1)

        assert await used(container, key, NOW) == NOW
        assert await used(container, key, NOW + MINUTE - second) == NOW
        assert await used(container, key, NOW + MINUTE) == NOW + MINUTE
        assert await used(container, key, NOW + MINUTE + second) == NOW + MINUTE
        assert await used(container, other, NOW + second) == NOW + second

    async def test_a_dead_key_is_found_and_its_use_is_not_noted(self, container: Container) -> None:
        organization, _ = await founded(container)
        expired = await made(container, organization, expires_at=NOW)
        revoked = await made(container, organization, revoked_at=NOW - DAY)

        assert await presented(container, expired) == PresentedKey(
            key=expired, standing=Standing(role="member")
        )
        assert (await presented(container, revoked)).key == revoked

    async def test_live_keys_are_listed_newest_first_by_organization_and_person(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        foreign, stranger = await founded(container)
        first = await made(container, organization, user_id=owner.id)
        await made(container, foreign, user_id=stranger.id)
        second = await made(container, organization, expires_at=NOW)
        await made(container, organization, revoked_at=NOW)
        third = await made(container, organization, user_id=owner.id)
        page = container.api_keys().page

        assert await page(organization.id, limit=9) == [third, second, first]
        assert await page(organization.id, limit=1) == [third]
        assert await page(organization.id, limit=9, before=third.id) == [second, first]
        assert await page(organization.id, limit=9, user_id=owner.id) == [third, first]
        assert await page(organization.id, limit=9, user_id=stranger.id) == []

    async def test_a_key_is_revoked_once_where_and_whose_it_is(self, container: Container) -> None:
        organization, owner = await founded(container)
        foreign, stranger = await founded(container)
        key = await made(container, organization, user_id=owner.id)
        service = await made(container, organization)
        revoke = container.api_keys().revoke

        assert not await revoke(foreign.id, key.id, NOW)
        assert not await revoke(organization.id, key.id, NOW, user_id=stranger.id)
        assert not await revoke(organization.id, service.id, NOW, user_id=owner.id)
        assert not await revoke(organization.id, ApiKeyId(uuid4()), NOW)
        assert (await presented(container, key)).key.revoked_at is None
        assert await revoke(organization.id, key.id, NOW, user_id=owner.id)
        assert not await revoke(organization.id, key.id, NOW + DAY)
        assert (await presented(container, key)).key.revoked_at == NOW
        assert await revoke(organization.id, service.id, NOW)
