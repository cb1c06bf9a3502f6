"""AuthenticateApiKey: a key may do what it says, as long as its owner may."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from core.accounts import constants, models, policies
from core.accounts import exceptions as accounts
from core.accounts import schemas as accounts_schemas
from core.accounts import service as accounts_service
from core.accounts.api_keys import exceptions, keys, schemas, service
from core.accounts.api_keys import policies as key_policies
from core.accounts.api_keys.models import ApiKey, PresentedKey
from core.exceptions import PermissionDenied, RateLimited, SecondFactorRequired, Unauthenticated
from core.models import Actor
from tests import factories
from tests.factories import NOW
from tests.unit.accounts.test_api_keys import create, revoke
from tests.unit.accounts.world import World

EVERYTHING = tuple(one.name for one in constants.PERMISSIONS)


async def ask(world: World, key: str, organization_id: Any = None, ip: str = "192.0.2.7") -> Actor:
    command = schemas.KeyCredentials(api_key=SecretStr(key), organization_id=organization_id)
    principal = await world.use(service.AuthenticateApiKey)(command, factories.anonymous(ip=ip))
    assert principal.user is None
    return principal.actor


async def set_status(world: World, who: Actor, status: str) -> None:
    user = await world.found(who)
    await world.container.users().update(user.evolve(status=status))


async def enforced(world: World, organization: models.Organization, **what: bool) -> None:
    found = await world.container.organizations().get(organization.id)
    assert found is not None
    await world.container.organizations().update(found.evolve(**what))


# --- Who asks -------------------------------------------------------------------------------------


async def test_a_key_asks_in_its_organization_for_its_owner(world: World) -> None:
    organization, owner = await world.founded()
    made = await create(world, owner, "members:read", "audit:read")

    for named in (organization.id, None):
        actor = await ask(world, made.key, named)

        assert (actor.kind, actor.api_key_id, actor.user_id) == ("api_key", made.id, owner.user_id)
        assert (actor.organization_id, actor.role) == (organization.id, "owner")
        assert actor.permissions == {"members:read", "audit:read"}
        assert (actor.session_id, actor.authenticated_at, actor.strong) == (None, None, False)


async def test_a_service_asks_for_nobody(world: World) -> None:
    organization, owner = await world.founded()
    made = await create(world, owner, "members:read", service=True)

    actor = await ask(world, made.key, organization.id)

    assert (actor.user_id, actor.role) == (None, "member")
    assert actor.permissions == {"members:read"}


async def test_a_key_is_no_person(world: World) -> None:
    _, owner = await world.founded()
    made = await create(world, owner, *EVERYTHING)
    actor = await ask(world, made.key)

    for refused in (
        world.use(accounts_service.LeaveOrganization)(None, actor),
        world.use(accounts_service.ListSessions)(None, actor),
        world.use(accounts_service.CreateOrganization)(
            accounts_schemas.CreateOrganization(name="New"), actor
        ),
        create(world, actor),
    ):
        with pytest.raises(PermissionDenied):
            await refused
    with pytest.raises(accounts.ReauthenticationRequired):
        await world.use(accounts_service.TransferOwnership)(
            accounts_schemas.UserReference(user_id=owner.require_user()), actor
        )


async def test_another_organization_is_not_there(world: World) -> None:
    _, owner = await world.founded()
    foreign, _ = await world.founded()
    made = await create(world, owner)

    for named in (foreign.id, uuid4()):
        with pytest.raises(accounts.OrganizationNotFound):
            await ask(world, made.key, named)


# --- What it may ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", constants.SYSTEM_ROLES)
async def test_a_key_narrows_with_its_owners_role_at_once(world: World, role: str) -> None:
    organization, owner = await world.founded()
    made = await create(world, owner, "members:read", "members:write", "organization:transfer")

    await world.container.memberships().set_role(organization.id, owner.require_user(), role)
    actor = await ask(world, made.key)

    assert actor.role == role
    assert actor.permissions == set(made.scopes) & policies.permissions_of(
        role, constants.PERMISSIONS
    )


async def test_a_key_has_what_a_role_of_the_organizations_own_holds_by_now(world: World) -> None:
    organization, owner = await world.founded()
    held = ["members:read", "audit:read", "moon:read"]
    role = factories.role(organization, permissions=held)
    await world.container.roles().add(role)
    of_service = await create(world, owner, "audit:read", service=True, role=role.key)
    own = await create(world, owner, *EVERYTHING)
    await world.container.memberships().set_role(organization.id, owner.require_user(), role.key)

    assert (await ask(world, own.key)).permissions == {"members:read", "audit:read"}
    assert (await ask(world, of_service.key)).permissions == {"audit:read"}
    await world.container.roles().update(role.evolve(permissions={"members:read"}))
    assert (await ask(world, own.key)).permissions == {"members:read"}
    assert (await ask(world, of_service.key)).permissions == set()


names = st.frozensets(st.sampled_from([*EVERYTHING, "moon:read"]))


@given(scopes=names, granted=st.none() | names, role=st.sampled_from(constants.SYSTEM_ROLES))
def test_a_key_never_may_more_than_its_scopes_nor_than_whose_it_is(
    scopes: frozenset[str], granted: frozenset[str] | None, role: str
) -> None:
    standing = models.Standing(role=role, granted=granted)
    key = factories.api_key(factories.organization(), role=role, scopes=scopes)
    presented = PresentedKey(key=key, standing=standing)

    actor = key_policies.actor_of(presented, factories.anonymous(), constants.PERMISSIONS)

    of_role = policies.permissions_of(role, constants.PERMISSIONS) if granted is None else granted
    assert actor.permissions == scopes & of_role & set(EVERYTHING)


async def test_a_key_whose_service_has_a_role_that_is_gone_may_nothing(world: World) -> None:
    organization, _ = await world.founded()
    text = keys.make(factories.new_id())
    gone = factories.api_key(organization, role="gone", key_hash=keys.digest(text))
    await world.container.api_keys().add(gone)

    assert (await ask(world, text)).permissions == set()


# --- Refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["cak_", "cak_x", "cak_" + "A" * 70, "crt_x", "", "cak_\u00e4", "cak_ \x00"]
)
async def test_what_is_no_key_never_reaches_the_database(world: World, text: str) -> None:
    world.container.store().table(ApiKey).clear()

    with pytest.raises(accounts.TokenInvalid):
        await ask(world, text)


async def test_an_unknown_a_revoked_and_an_expired_key_are_refused(world: World) -> None:
    _, owner = await world.founded()
    revoked, expiring = (
        await create(world, owner),
        await create(world, owner, expires_at=NOW + factories.DAY),
    )
    await revoke(world, owner, revoked)

    for text in (keys.make(factories.new_id()), revoked.key):
        with pytest.raises(accounts.TokenInvalid):
            await ask(world, text)
    world.clock.forward(days=1, seconds=-1)
    await ask(world, expiring.key)
    world.clock.forward(seconds=1)
    with pytest.raises(accounts.TokenExpired, match="API key"):
        await ask(world, expiring.key)


@pytest.mark.parametrize("status", ["suspended", "pending_deletion"])
async def test_a_key_rests_while_its_owner_does(world: World, status: str) -> None:
    organization, _ = await world.founded()
    admin = await world.member(organization, "admin")
    own, of_service = await create(world, admin), await create(world, admin, service=True)
    until = {"deletes_at": NOW} if status == "pending_deletion" else {}
    user = await world.found(admin)
    await world.container.users().update(user.evolve(status=status, **until))

    with pytest.raises(exceptions.ApiKeySuspended):
        await ask(world, own.key)
    assert (await ask(world, of_service.key)).role == "member"


async def test_a_key_ends_with_its_owners_membership(world: World) -> None:
    organization, _ = await world.founded()
    admin = await world.member(organization, "admin")
    made = await create(world, admin)

    await world.use(accounts_service.LeaveOrganization)(None, admin)

    for named in (organization.id, None):
        with pytest.raises(exceptions.ApiKeySuspended):
            await ask(world, made.key, named)


async def test_enforced_single_sign_on_binds_the_keys_of_people(world: World) -> None:
    organization, owner = await world.founded()
    through_sso = owner.model_copy(update={"scope_organization_id": organization.id})
    before, within = await create(world, owner), await create(world, through_sso)
    of_service = await create(world, owner, service=True)
    await enforced(world, organization, sso_enforced=True)

    with pytest.raises(accounts.SsoRequired):
        await ask(world, before.key)
    assert (await ask(world, within.key)).user_id == owner.user_id
    assert (await ask(world, of_service.key)).user_id is None
    await enforced(world, organization, sso_enforced=False)
    assert (await ask(world, before.key)).user_id == owner.user_id


async def test_where_two_factors_are_asked_for_the_owner_of_a_key_has_two(world: World) -> None:
    organization, owner = await world.founded()
    through_sso = owner.model_copy(update={"scope_organization_id": organization.id})
    own, within = await create(world, owner), await create(world, through_sso)
    of_service = await create(world, owner, service=True)
    await enforced(world, organization, mfa_required=True)

    with pytest.raises(SecondFactorRequired):
        await ask(world, own.key)
    for key in (within.key, of_service.key):
        await ask(world, key)
    user = await world.found(owner)
    await world.container.users().update(user.evolve(mfa_enabled=True))
    await ask(world, own.key)


# --- How often ------------------------------------------------------------------------------------


async def failing(world: World, key: str, ip: str = "192.0.2.7") -> type[Exception]:
    try:
        await ask(world, key, ip=ip)
    except (Unauthenticated, RateLimited) as error:
        return type(error)
    return Exception


async def test_many_wrong_keys_from_an_address_are_too_many_and_a_right_one_works(
    world: World,
) -> None:
    _, owner = await world.founded()
    right, wrong = (await create(world, owner)).key, keys.make(factories.new_id())

    outcomes = [await failing(world, wrong) for _ in range(301)]

    assert outcomes == [accounts.TokenInvalid] * 300 + [RateLimited]
    assert (await ask(world, right)).kind == "api_key"
    assert await failing(world, wrong, ip="198.51.100.7") is accounts.TokenInvalid


async def test_when_a_key_was_used_is_noted_once_a_minute(world: World) -> None:
    _, owner = await world.founded()
    made = await create(world, owner)
    table = world.container.store().table(ApiKey)
    noted = []

    for _ in range(4):
        await ask(world, made.key)
        noted.append(table[made.id].last_used_at)
        world.clock.forward(seconds=30)

    first = world.clock.now() - timedelta(minutes=2)
    assert noted == [first, first, first + timedelta(minutes=1), first + timedelta(minutes=1)]
