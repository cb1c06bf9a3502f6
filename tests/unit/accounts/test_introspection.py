"""Introspect: a product asks whose token it is, and what they may do in its organization."""

from datetime import datetime

import pytest
from pydantic import SecretStr

from core.accounts import models
from core.accounts import schemas as accounts
from core.accounts import service as accounts_service
from core.accounts.api_keys import keys, schemas, service
from core.accounts.exceptions import OrganizationNotFound
from core.accounts.policies import permissions_of
from core.exceptions import NotFound, PermissionDenied
from core.models import Actor
from tests import factories
from tests.unit.accounts.test_api_key_requests import ask, enforced, set_status
from tests.unit.accounts.test_api_keys import create, revoke
from tests.unit.accounts.world import World

DEAD = schemas.Introspection(active=False)


async def introspect(world: World, by: Actor, token: str) -> schemas.Introspection:
    command = schemas.Introspect(token=SecretStr(token))
    return await world.use(service.Introspect)(command, by)


async def product(world: World, owner: Actor) -> Actor:
    """Return the key of a product of the owner's organization."""
    made = await create(world, owner, "auth:introspect", service=True, role="admin")
    return await ask(world, made.key)


async def signed_in(
    world: World, organization: models.Organization, role: str = "member"
) -> tuple[Actor, accounts.TokenPair]:
    member = await world.member(organization, role)
    return member, await world.log_in(await world.found(member))


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


async def test_a_product_learns_who_calls_it_and_what_they_may(world: World) -> None:
    organization, owner = await world.founded()
    asking = await product(world, owner)
    bob, pair = await signed_in(world, organization, "viewer")
    now = world.clock.now()

    told = await introspect(world, asking, pair.access_token)

    assert told == schemas.Introspection(
        active=True,
        token_type="access_token",
        sub=bob.user_id,
        sid=pair.session_id,
        client_id="core-api",
        exp=seconds(now) + 600,
        iat=seconds(now),
        auth_time=seconds(now),
        amr=("pwd",),
        organization_id=organization.id,
        role="viewer",
        permissions=tuple(sorted(permissions_of("viewer", world.container.permissions()))),
    )


async def test_an_api_key_can_be_asked_about_too(world: World) -> None:
    organization, owner = await world.founded()
    asking = await product(world, owner)
    own = await create(world, owner, "audit:read", expires_at=factories.NOW + factories.DAY)
    of_service = await create(world, owner, "members:read", service=True)

    told = await introspect(world, asking, own.key)
    other = await introspect(world, asking, of_service.key)

    assert told.active
    assert (told.token_type, told.sub, told.sid) == ("api_key", owner.user_id, None)
    assert (told.exp, told.iat) == (
        seconds(factories.NOW + factories.DAY),
        seconds(own.created_at),
    )
    assert (told.role, told.permissions) == ("owner", ("audit:read",))
    assert (other.sub, other.exp, other.role) == (of_service.id, None, "member")
    assert other.organization_id == organization.id


async def test_a_person_may_ask_as_well(world: World) -> None:
    organization, owner = await world.founded()
    _, pair = await signed_in(world, organization)
    admin = await world.member(organization, "admin")

    assert (await introspect(world, admin, pair.access_token)).active
    assert (await introspect(world, owner, pair.access_token)).active


@pytest.mark.parametrize("token", ["", "x", "eyJh.eyJh.x", "crt_x", "cak_x", "\x00", "\u00e4"])
async def test_what_is_no_token_is_not_active(world: World, token: str) -> None:
    _, owner = await world.founded()

    assert await introspect(world, owner, token) == DEAD


async def test_what_is_dead_is_not_active(world: World) -> None:
    organization, owner = await world.founded()
    bob, pair = await signed_in(world, organization)
    gone, gone_pair = await signed_in(world, organization)
    out, out_pair = await signed_in(world, organization)
    revoked = await create(world, owner)
    resting = await create(world, await world.member(organization, "admin"))
    await revoke(world, owner, revoked)
    await world.container.memberships().remove(organization.id, gone.require_user())
    await set_status(world, out, "suspended")
    assert resting.user_id is not None
    await world.container.memberships().remove(organization.id, resting.user_id)
    tokens = [
        pair.refresh_token,
        gone_pair.access_token,
        out_pair.access_token,
        revoked.key,
        resting.key,
        keys.make(factories.new_id()),
    ]

    assert [await introspect(world, owner, one) for one in tokens] == [DEAD] * len(tokens)
    assert (await introspect(world, owner, pair.access_token)).active
    await world.use(accounts_service.LogOut)(
        accounts.LogOut(refresh_token=SecretStr(pair.refresh_token)), bob
    )
    assert await introspect(world, owner, pair.access_token) == DEAD


async def test_an_expired_token_is_not_active(world: World) -> None:
    organization, owner = await world.founded()
    _, pair = await signed_in(world, organization)

    world.clock.forward(minutes=10)

    assert await introspect(world, owner, pair.access_token) == DEAD


async def test_strangers_to_the_callers_organization_are_not_active(world: World) -> None:
    organization, owner = await world.founded()
    foreign, stranger = await world.founded()
    _, pair = await signed_in(world, foreign)
    key = await create(world, stranger)

    assert await introspect(world, owner, pair.access_token) == DEAD
    assert await introspect(world, owner, key.key) == DEAD
    assert (await introspect(world, stranger, key.key)).active
    assert organization.id != foreign.id


async def test_who_would_have_to_sign_in_another_way_is_not_active(world: World) -> None:
    organization, owner = await world.founded()
    _, pair = await signed_in(world, organization)
    key = await create(world, owner)
    for what in ("sso_enforced", "mfa_required"):
        await enforced(world, organization, **{what: True})
        assert await introspect(world, owner, pair.access_token) == DEAD
        assert await introspect(world, owner, key.key) == DEAD
        await enforced(world, organization, **{what: False})
    assert (await introspect(world, owner, pair.access_token)).active


async def test_asking_takes_the_permission_and_an_organization(world: World) -> None:
    organization, owner = await world.founded()
    foreign, _ = await world.founded()
    _, pair = await signed_in(world, organization)
    made = await create(world, owner, "members:read")

    for other in (await world.member(organization), await ask(world, made.key)):
        with pytest.raises(PermissionDenied):
            await introspect(world, other, pair.access_token)
    nowhere = owner.model_copy(update={"organization_id": None})
    with pytest.raises(NotFound):
        await introspect(world, nowhere, pair.access_token)
    elsewhere = schemas.Introspect(token=SecretStr(pair.access_token), organization_id=foreign.id)
    with pytest.raises(OrganizationNotFound):
        await world.use(service.Introspect)(elsewhere, owner)
