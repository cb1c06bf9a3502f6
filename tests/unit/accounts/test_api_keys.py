"""CreateApiKey, ListApiKeys, RevokeApiKey; and the text of a key."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts import constants as accounts
from core.accounts import models
from core.accounts.api_keys import exceptions, keys, schemas, service
from core.accounts.api_keys.models import ApiKey
from core.accounts.exceptions import ReauthenticationRequired
from core.exceptions import PermissionDenied, ValidationFailed
from core.models import Actor, PageRequest
from tests import factories
from tests.factories import NOW
from tests.unit.accounts.world import OPERATOR, World


async def create(world: World, by: Actor, *scopes: str, **fields: Any) -> schemas.NewApiKey:
    command = {"name": "deploy", "scopes": scopes or ("members:read",)} | fields
    return await world.use(service.CreateApiKey)(schemas.CreateApiKey(**command), by)


async def listed(world: World, by: Actor) -> list[UUID]:
    page = await world.use(service.ListApiKeys)(PageRequest(), by)
    return [one.id for one in page.items]


async def revoke(world: World, by: Actor, key: schemas.ApiKeyView) -> None:
    await world.use(service.RevokeApiKey)(schemas.ApiKeyReference(key_id=key.id), by)


async def with_role(world: World, organization: models.Organization, *permissions: str) -> Actor:
    role = factories.role(organization, permissions=permissions)
    await world.container.roles().add(role)
    member = await world.member(organization, role.key)
    return member.model_copy(update={"permissions": role.permissions})


# --- Making ---------------------------------------------------------------------------------------


async def test_somebody_makes_a_key_of_their_own_and_sees_it_once(world: World) -> None:
    organization, owner = await world.founded()

    made = await create(world, owner, "members:read", "audit:read", expires_at=NOW + factories.DAY)

    assert made.key.startswith("cak_")
    assert (made.user_id, made.service, made.role) == (owner.user_id, False, None)
    assert made.scopes == ("audit:read", "members:read")
    [row] = world.audited
    assert (row.action, row.target_id, row.organization_id) == (
        "api_key.created",
        made.id,
        organization.id,
    )
    assert row.metadata == {"scopes": ["audit:read", "members:read"], "role": None}
    page = await world.use(service.ListApiKeys)(PageRequest(), owner)
    assert [one.model_dump() for one in page.items] == [made.model_dump(exclude={"key"})]


async def test_what_is_kept_of_a_key_is_a_hash(world: World) -> None:
    _, owner = await world.founded()

    made = await create(world, owner)

    [kept] = world.container.store().table(ApiKey).values()
    assert kept.key_hash == keys.digest(made.key)
    assert made.key not in f"{kept!r}{made!r}"


@pytest.mark.parametrize("role", ["member", "admin", None])
async def test_a_service_has_a_key_with_a_role(world: World, role: str | None) -> None:
    _, owner = await world.founded()

    made = await create(world, owner, service=True, role=role)

    assert (made.user_id, made.service, made.role) == (None, True, role or "member")
    assert made.created_by == owner.user_id


async def test_an_operator_makes_a_key_for_a_service_and_none_of_a_person(world: World) -> None:
    organization, _ = await world.founded()
    operator = OPERATOR.within(organization.id)

    made = await create(world, operator, service=True)
    with pytest.raises(ValidationFailed) as refused:
        await create(world, operator)

    assert (made.role, made.created_by) == ("member", None)
    assert [one.code for one in refused.value.errors] == ["no_person"]


async def test_a_role_is_for_services_alone(world: World) -> None:
    _, owner = await world.founded()

    with pytest.raises(ValidationFailed) as refused:
        await create(world, owner, role="member")

    assert [(one.pointer, one.code) for one in refused.value.errors] == [("#/role", "of_services")]


async def test_scopes_are_registered_permissions(world: World) -> None:
    _, owner = await world.founded()

    with pytest.raises(ValidationFailed) as refused:
        await create(world, owner, "members:read", "moon:read")

    assert [(one.pointer, one.code) for one in refused.value.errors] == [
        ("#/scopes/1", "unknown_permission")
    ]
    with pytest.raises(ValueError, match="at least 1"):
        schemas.CreateApiKey(name="empty", scopes=())


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1), timedelta(days=3654)])
async def test_a_key_ends_in_the_next_ten_years(world: World, after: timedelta) -> None:
    _, owner = await world.founded()

    with pytest.raises(ValidationFailed) as refused:
        await create(world, owner, expires_at=world.clock.now() + after)

    assert [one.pointer for one in refused.value.errors] == ["#/expires_at"]


async def test_a_key_is_for_nothing_that_its_owner_may_not_do(world: World) -> None:
    organization, owner = await world.founded()
    admin = await world.member(organization, "admin")

    await create(world, owner, "organization:transfer")
    with pytest.raises(PermissionDenied, match="organization:transfer"):
        await create(world, admin, "members:read", "organization:transfer")


async def test_a_key_is_for_nothing_that_the_role_of_its_service_may_not_do(world: World) -> None:
    _, owner = await world.founded()

    with pytest.raises(PermissionDenied, match="members:write"):
        await create(world, owner, "members:read", "members:write", service=True)
    await create(world, owner, "members:write", service=True, role="admin")


async def test_a_service_gets_no_role_beyond_its_makers(world: World) -> None:
    organization, owner = await world.founded()
    admin = await world.member(organization, "admin")

    with pytest.raises(PermissionDenied):
        await create(world, admin, service=True, role="owner")
    with pytest.raises(ValidationFailed):
        await create(world, admin, service=True, role="emperor")
    await create(world, owner, service=True, role="owner")


@pytest.mark.parametrize("role", ["billing", "member", "viewer"])
async def test_whoever_may_not_make_keys_makes_none(world: World, role: str) -> None:
    organization, _ = await world.founded()

    with pytest.raises(PermissionDenied):
        await create(world, await world.member(organization, role))


async def test_a_member_whose_role_says_so_makes_keys_of_their_own(world: World) -> None:
    organization, _ = await world.founded()
    bob = await with_role(world, organization, "api_keys:write", "members:read")

    assert (await create(world, bob)).user_id == bob.user_id
    with pytest.raises(PermissionDenied):
        await create(world, bob, service=True, role="admin")


async def test_a_key_is_made_by_a_person_alone_right_after_proving_who_they_are(
    world: World,
) -> None:
    organization, owner = await world.founded()
    program = owner.model_copy(update={"kind": "api_key", "api_key_id": factories.new_id()})
    borrowed = owner.model_copy(update={"impersonator_id": factories.new_id()})

    for other in (program, borrowed):
        with pytest.raises(PermissionDenied):
            await create(world, other)
    through_sso = owner.model_copy(update={"scope_organization_id": organization.id})
    await create(world, through_sso)
    await create(world, owner)
    world.clock.forward(minutes=10, seconds=1)
    with pytest.raises(ReauthenticationRequired):
        await create(world, owner)
    kept = world.container.store().table(ApiKey).values()
    assert [one.through_sso for one in kept] == [True, False]


# --- Seeing and ending ----------------------------------------------------------------------------


async def test_everybody_sees_and_ends_their_own_keys_and_who_may_all_of_them(
    world: World,
) -> None:
    organization, owner = await world.founded()
    _, stranger = await world.founded()
    bob = await with_role(world, organization, "api_keys:write", "members:read")
    service_key, own = await create(world, owner, service=True), await create(world, owner)
    bobs = [await create(world, bob) for _ in range(2)]
    demoted = bob.model_copy(update={"permissions": frozenset()})
    auditor = bob.model_copy(update={"permissions": frozenset({"api_keys:read"})})
    everybodys = [bobs[1].id, bobs[0].id, own.id, service_key.id]

    assert await listed(world, owner) == everybodys
    assert await listed(world, bob) == everybodys
    assert await listed(world, auditor) == everybodys
    assert await listed(world, demoted) == everybodys[:2]
    assert await listed(world, stranger) == []

    for who in (demoted, auditor, stranger):
        with pytest.raises(exceptions.ApiKeyNotFound):
            await revoke(world, who, own)
    await revoke(world, demoted, bobs[0])
    await revoke(world, owner, bobs[1])
    await revoke(world, bob, service_key)
    assert await listed(world, owner) == [own.id]


async def test_a_revocation_is_written_down_once(world: World) -> None:
    organization, owner = await world.founded()
    made = await create(world, owner)
    world.forget()

    await revoke(world, owner, made)
    with pytest.raises(exceptions.ApiKeyNotFound):
        await revoke(world, owner, made)

    [row] = world.audited
    assert (row.action, row.target_type, row.target_id, row.organization_id) == (
        "api_key.revoked",
        "api_key",
        made.id,
        organization.id,
    )


async def test_a_program_sees_and_ends_keys_only_if_its_scopes_say_so(world: World) -> None:
    _, owner = await world.founded()
    made = await create(world, owner)
    program = owner.model_copy(
        update={"kind": "api_key", "api_key_id": made.id, "permissions": frozenset()}
    )

    for refused in (listed(world, program), revoke(world, program, made)):
        with pytest.raises(PermissionDenied):
            await refused
    allowed = program.model_copy(update={"permissions": frozenset({"api_keys:write"})})
    assert await listed(world, allowed) == [made.id]
    await revoke(world, allowed, made)


# --- The text -------------------------------------------------------------------------------------


@given(st.uuids())
def test_every_key_looks_right_and_is_like_no_other(key_id: UUID) -> None:
    one, other = keys.make(key_id), keys.make(key_id)

    assert keys.looks_right(one)
    assert len(one) == len("cak_") + 70
    assert one != other
    assert keys.digest(one) != keys.digest(other)


@given(st.uuids(), st.integers(0, 73), st.characters())
def test_a_mistyped_key_looks_wrong(key_id: UUID, place: int, typed: str) -> None:
    key = keys.make(key_id)

    mistyped = key[:place] + typed + key[place + 1 :]

    assert keys.looks_right(mistyped) is (mistyped == key)
    assert not keys.looks_right(key[:place] + key[place + 1 :])
    assert not keys.looks_right(key[:place] + typed + key[place:])


@given(st.text(st.characters(), max_size=200))
def test_a_made_up_key_looks_wrong(text: str) -> None:
    assert not keys.looks_right(text)
    assert not keys.looks_right(f"cak_{text}")


def test_there_is_a_permission_for_what_programs_ask() -> None:
    assert accounts.AUTH_INTROSPECT.roles == {"owner", "admin"}
