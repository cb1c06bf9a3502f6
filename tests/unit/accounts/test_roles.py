"""ListRoles, GetRole, CreateRole, UpdateRole, DeleteRole, ListPermissions; and who has them."""

from itertools import chain, combinations
from typing import Any

import pytest

from core.accounts import constants, models, policies
from core.accounts import schemas as accounts
from core.accounts import service as accounts_service
from core.accounts.permissions import registered
from core.accounts.roles import exceptions, schemas, service
from core.exceptions import PermissionDenied, ValidationFailed, VersionMismatch
from core.models import Actor, Permission
from tests import factories
from tests.unit.accounts.world import OPERATOR, World

HOLDERS = [one.name for one in constants.PERMISSIONS if "admin" not in one.roles]
ADMINS = {one.name for one in constants.PERMISSIONS if "admin" in one.roles}


async def create(world: World, by: Actor, *permissions: str, key: str = "helper") -> Any:
    command = schemas.CreateRole(key=key, name="Helper", permissions=permissions)
    return await world.use(service.CreateRole)(command, by)


async def update(
    world: World, by: Actor, key: str = "helper", version: int | None = None, **changes: Any
) -> schemas.RoleView:
    command = schemas.UpdateRole(
        key=key, changes=schemas.RoleChanges(**changes), expected_version=version
    )
    return await world.use(service.UpdateRole)(command, by)


async def delete(world: World, by: Actor, key: str = "helper") -> None:
    await world.use(service.DeleteRole)(schemas.RoleReference(key=key), by)


async def get(world: World, by: Actor, key: str = "helper") -> schemas.RoleView:
    return await world.use(service.GetRole)(schemas.RoleReference(key=key), by)


async def change(world: World, by: Actor, whom: Actor, role: str) -> models.Membership:
    command = accounts.ChangeMemberRole(user_id=whom.require_user(), role=role)
    return await world.use(accounts_service.ChangeMemberRole)(command, by)


async def member_with(
    world: World, organization: models.Organization, *permissions: str, key: str = "helper"
) -> Actor:
    """Return a member whose role is one of the organization's own."""
    role = factories.role(organization, key=key, permissions=permissions)
    await world.container.roles().add(role)
    member = await world.member(organization, key)
    return member.model_copy(update={"permissions": role.permissions})


# --- Made and seen --------------------------------------------------------------------------------


async def test_a_role_is_made_and_written_down(world: World) -> None:
    organization, owner = await world.founded()

    made = await create(world, owner, "members:read", "audit:read", "audit:read")

    assert (made.key, made.name, made.built_in, made.version) == ("helper", "Helper", False, 1)
    assert made.permissions == ("audit:read", "members:read")
    assert await get(world, owner) == made
    [row] = world.audited
    assert (row.action, row.target_type, row.organization_id) == (
        "role.created",
        "role",
        organization.id,
    )
    assert row.metadata == {"key": "helper", "permissions": ["audit:read", "members:read"]}


async def test_everybody_sees_the_built_in_roles_and_then_those_of_their_own(world: World) -> None:
    organization, owner = await world.founded()
    _, stranger = await world.founded()
    for key in ("zebra", "ant"):
        await create(world, owner, key=key)
    await create(world, stranger, key="foreign")

    page = await world.use(service.ListRoles)(None, await world.member(organization, "viewer"))

    assert [one.key for one in page.items] == [*constants.SYSTEM_ROLES, "ant", "zebra"]
    assert [one.built_in for one in page.items] == [True] * 5 + [False] * 2
    admin = await get(world, owner, "admin")
    everything = policies.permissions_of("admin", world.container.permissions())
    assert (admin.name, frozenset(admin.permissions)) == ("Admin", everything)
    assert admin.version is None


async def test_a_role_that_is_not_there_is_not_found(world: World) -> None:
    _, owner = await world.founded()
    _, stranger = await world.founded()
    await create(world, stranger)

    for refused in (get(world, owner), update(world, owner, name="New"), delete(world, owner)):
        with pytest.raises(exceptions.RoleNotFound):
            await refused


async def test_every_permission_is_listed_with_what_it_is_for(world: World) -> None:
    page = await world.use(service.ListPermissions)(None, factories.anonymous())

    assert [one.name for one in page.items] == [one.name for one in world.container.permissions()]
    assert all(one.about.endswith(".") for one in page.items)
    [transfer] = [one for one in page.items if one.name == "organization:transfer"]
    assert transfer.roles == ("owner",)


# --- Refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*constants.SYSTEM_ROLES, "helper"])
async def test_a_key_is_taken_once_and_those_of_built_in_roles_by_us(
    world: World, key: str
) -> None:
    _, owner = await world.founded()
    await create(world, owner)

    with pytest.raises(exceptions.RoleKeyTaken):
        await create(world, owner, key=key)


@pytest.mark.parametrize("key", constants.SYSTEM_ROLES)
async def test_nobody_changes_or_removes_a_built_in_role(world: World, key: str) -> None:
    _, owner = await world.founded()

    for refused in (update(world, owner, key, name="New"), delete(world, owner, key)):
        with pytest.raises(exceptions.RoleBuiltIn):
            await refused


async def test_what_no_module_registers_is_in_no_role_and_each_is_named(world: World) -> None:
    _, owner = await world.founded()
    await create(world, owner)
    wrong = ("moon:read", "members:read", "moon:write")

    for refused in (create(world, owner, *wrong), update(world, owner, permissions=wrong)):
        with pytest.raises(ValidationFailed) as error:
            await refused
        assert [(one.pointer, one.code) for one in error.value.errors] == [
            ("#/permissions/0", "unknown_permission"),
            ("#/permissions/2", "unknown_permission"),
        ]
        assert "moon:read" in error.value.errors[0].detail
    assert (await get(world, owner)).permissions == ()


async def test_nobody_puts_into_a_role_what_they_may_not_do_themselves(world: World) -> None:
    organization, owner = await world.founded()
    admin = await world.member(organization, "admin")
    await create(world, admin, *ADMINS)
    beyond = (*ADMINS, "organization:transfer")

    for refused in (
        create(world, admin, *beyond, key="more"),
        update(world, admin, permissions=beyond),
    ):
        with pytest.raises(PermissionDenied, match="organization:transfer"):
            await refused
    assert set((await update(world, owner, permissions=beyond)).permissions) == set(beyond)


async def test_nobody_edits_a_role_that_may_do_more_than_they(world: World) -> None:
    organization, owner = await world.founded()
    admin = await world.member(organization, "admin")
    await create(world, owner, "organization:transfer")

    for changes in ({"name": "New"}, {"permissions": ("members:read",)}, {}):
        with pytest.raises(PermissionDenied):
            await update(world, admin, **changes)
    assert (await get(world, owner)).version == 1


async def test_nobody_adds_to_their_own_role_what_it_lacks(world: World) -> None:
    organization, _ = await world.founded()
    helper = await member_with(world, organization, "roles:write", "roles:read")

    with pytest.raises(PermissionDenied):
        await update(world, helper, permissions=("roles:write", "audit:read"))
    await update(world, helper, permissions=("roles:write",))


async def test_a_change_of_what_was_changed_meanwhile_is_refused(world: World) -> None:
    _, owner = await world.founded()
    await create(world, owner)

    assert (await update(world, owner, version=1, name="Second")).version == 2
    with pytest.raises(VersionMismatch) as refused:
        await update(world, owner, version=1, name="Third")

    assert refused.value.members == {"current_etag": '"2"'}
    assert (await get(world, owner)).name == "Second"
    assert world.actions == ["role.created", "role.updated"]


# --- Removed --------------------------------------------------------------------------------------


async def test_an_unused_role_is_removed(world: World) -> None:
    _, owner = await world.founded()
    await create(world, owner)
    world.forget()

    await delete(world, owner)

    with pytest.raises(exceptions.RoleNotFound):
        await get(world, owner)
    [row] = world.audited
    assert (row.action, row.metadata) == ("role.deleted", {"key": "helper"})


@pytest.mark.parametrize("what", ["member", "invitation", "api key"])
async def test_a_role_is_not_removed_while_it_is_used(world: World, what: str) -> None:
    organization, owner = await world.founded()
    await create(world, owner)
    container = world.container
    if what == "member":
        await world.member(organization, "helper")
    elif what == "invitation":
        invitation = factories.invitation(organization, role="helper")
        await container.invitations().add(invitation)
    else:
        await container.api_keys().add(factories.api_key(organization, role="helper"))

    with pytest.raises(exceptions.RoleInUse):
        await delete(world, owner)

    assert (await get(world, owner)).key == "helper"
    assert world.actions == ["role.created"]


# --- Given ----------------------------------------------------------------------------------------


async def test_a_role_of_ones_own_is_given_by_invitation_and_by_change(world: World) -> None:
    organization, owner = await world.founded()
    await create(world, owner, "members:read")
    bob = await world.member(organization)

    assert (await change(world, owner, bob, "helper")).role == "helper"
    invite = accounts.InviteMember(email="eve@example.com", role="helper")
    assert (await world.use(accounts_service.InviteMember)(invite, owner)).role == "helper"


async def test_a_role_that_may_do_more_than_the_giver_is_not_given(world: World) -> None:
    organization, owner = await world.founded()
    admin, bob = await world.member(organization, "admin"), await world.member(organization)
    await create(world, owner, "organization:transfer")
    invite = accounts.InviteMember(email="eve@example.com", role="helper")

    for refused in (
        change(world, admin, bob, "helper"),
        world.use(accounts_service.InviteMember)(invite, admin),
    ):
        with pytest.raises(PermissionDenied):
            await refused


async def test_a_role_of_another_organization_is_unknown(world: World) -> None:
    organization, owner = await world.founded()
    _, stranger = await world.founded()
    await create(world, stranger)
    bob = await world.member(organization)

    for by in (owner, OPERATOR.within(organization.id)):
        with pytest.raises(ValidationFailed) as refused:
            await change(world, by, bob, "helper")
        assert [one.code for one in refused.value.errors] == ["unknown_role"]


async def test_whoever_may_do_all_that_an_owner_may_is_no_owner(world: World) -> None:
    organization, owner = await world.founded()
    everything = [one.name for one in world.container.permissions()]
    other = await world.member(organization, "owner")
    vizier = await member_with(world, organization, *everything)
    bob = await world.member(organization)

    for refused in (
        change(world, vizier, bob, "owner"),
        change(world, vizier, other, "member"),
        world.use(accounts_service.RemoveMember)(
            accounts.UserReference(user_id=other.require_user()), vizier
        ),
    ):
        with pytest.raises(PermissionDenied):
            await refused
    assert (await change(world, vizier, bob, "admin")).role == "admin"
    assert (await change(world, owner, vizier, "viewer")).role == "viewer"


SOME = ("members:read", "members:write", "audit:read")
SUBSETS = [*chain.from_iterable(combinations(SOME, size) for size in range(len(SOME) + 1))]


@pytest.mark.parametrize("given", SUBSETS, ids=str)
async def test_nobody_gives_or_takes_a_role_beyond_their_own(
    world: World, given: tuple[str, ...]
) -> None:
    organization, owner = await world.founded()
    by = await member_with(world, organization, "members:write", "members:read", key="giver")
    whom = await world.member(organization, "given")
    await create(world, owner, *given, key="given")
    await create(world, owner, key="nothing")

    if set(given) <= by.permissions:
        assert (await change(world, by, whom, "nothing")).role == "nothing"
        assert (await change(world, by, whom, "given")).role == "given"
    else:
        with pytest.raises(PermissionDenied):
            await change(world, by, whom, "nothing")
        bob = await world.member(organization, "nothing")
        with pytest.raises(PermissionDenied):
            await change(world, by, bob, "given")


async def test_what_a_role_may_do_is_read_afresh_and_what_is_unregistered_is_nothing(
    world: World,
) -> None:
    organization, owner = await world.founded()
    role = factories.role(organization, permissions=["members:read", "moon:read"])
    await world.container.roles().add(role)
    bob = await world.member(organization, "helper")
    pair = await world.log_in(await world.found(bob))
    ask = accounts.Credentials(access_token=pair.access_token, organization_id=organization.id)
    authenticate = world.use(accounts_service.Authenticate)

    before = (await authenticate(ask, factories.anonymous())).actor
    await update(world, owner, permissions=("audit:read",))
    after = (await authenticate(ask, factories.anonymous())).actor

    assert (before.role, before.permissions) == ("helper", frozenset({"members:read"}))
    assert (after.role, after.permissions) == ("helper", frozenset({"audit:read"}))
    assert after.organization_id == organization.id


async def test_a_role_that_holds_what_is_gone_can_still_be_edited(world: World) -> None:
    organization, owner = await world.founded()
    role = factories.role(organization, permissions=["moon:read"])
    await world.container.roles().add(role)

    assert (await update(world, owner, name="New")).permissions == ("moon:read",)


# --- The registry ---------------------------------------------------------------------------------


def test_the_registry_is_made_of_what_every_module_brings() -> None:
    of_billing = (Permission(name="billing:write", about="Pay.", roles=frozenset({"billing"})),)

    assert registered(constants.PERMISSIONS, of_billing) == (*constants.PERMISSIONS, *of_billing)


def test_a_permission_is_registered_once() -> None:
    again = (Permission(name="members:read", about="See."),)

    with pytest.raises(ValueError, match=r"^The permission members:read is registered 2 times\.$"):
        registered(constants.PERMISSIONS, again)


def test_a_permission_is_for_built_in_roles_alone() -> None:
    wrong = (Permission(name="a:read", about="See.", roles=frozenset({"owner", "king", "boss"})),)

    with pytest.raises(ValueError, match=r"^a:read names boss, king, which is no built-in role\.$"):
        registered(wrong)


def test_an_owner_may_do_everything_and_some_of_it_nobody_else() -> None:
    assert all("owner" in one.roles for one in constants.PERMISSIONS)
    assert HOLDERS == ["organization:transfer", "organization:delete"]
