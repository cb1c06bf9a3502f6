"""ListMembers, ChangeMemberRole, RemoveMember, LeaveOrganization, TransferOwnership."""

import pytest

from core.accounts import constants, exceptions, models, schemas, service
from core.exceptions import PermissionDenied, ValidationFailed
from core.models import Actor, PageRequest, UserId
from tests import factories
from tests.unit.accounts.world import OPERATOR, World

ROLES = constants.SYSTEM_ROLES


async def change(world: World, by: Actor, whom: Actor, role: str) -> models.Membership:
    command = schemas.ChangeMemberRole(user_id=whom.require_user(), role=role)
    return await world.use(service.ChangeMemberRole)(command, by)


async def remove(world: World, by: Actor, whom: Actor) -> None:
    command = schemas.UserReference(user_id=whom.require_user())
    await world.use(service.RemoveMember)(command, by)


async def leave(world: World, who: Actor) -> None:
    await world.use(service.LeaveOrganization)(None, who)


async def transfer(world: World, by: Actor, heir: Actor) -> None:
    command = schemas.UserReference(user_id=heir.require_user())
    await world.use(service.TransferOwnership)(command, by)


async def suspended(world: World, who: Actor) -> None:
    user = await world.found(who)
    await world.container.users().update(user.evolve(status="suspended"))


async def test_every_member_sees_the_others(world: World) -> None:
    organization, owner = await world.founded()
    viewer = await world.member(organization, "viewer")
    foreign, _ = await world.founded()
    await world.member(foreign)

    page = await world.use(service.ListMembers)(PageRequest(), viewer)

    assert [(one.user_id, one.role) for one in page.items] == [
        (viewer.user_id, "viewer"),
        (owner.user_id, "owner"),
    ]


async def test_a_member_is_given_another_role(world: World) -> None:
    organization, owner = await world.founded()
    bob = await world.member(organization)

    changed = await change(world, owner, bob, "admin")

    assert changed.role == await world.role(organization, bob) == "admin"
    [row] = world.audited
    assert (row.action, row.target_id) == ("member.role_changed", bob.user_id)
    assert (row.organization_id, row.metadata) == (
        organization.id,
        {"before": "member", "after": "admin"},
    )
    assert world.published == ["member_role_changed"]


async def test_the_role_that_somebody_has_is_no_change(world: World) -> None:
    organization, owner = await world.founded()

    assert (await change(world, owner, owner, "owner")).role == "owner"
    assert (world.audited, world.published) == ([], [])
    assert await world.role(organization, owner) == "owner"


@pytest.mark.parametrize("giver", ROLES)
@pytest.mark.parametrize("given", ROLES)
@pytest.mark.parametrize("before", ROLES)
async def test_nobody_gives_or_takes_what_they_may_not_do_themselves(
    world: World, giver: str, given: str, before: str
) -> None:
    organization, _ = await world.founded()
    by, whom = await world.member(organization, giver), await world.member(organization, before)
    no_more = {"owner": set(ROLES), "admin": set(ROLES) - {"owner"}}.get(giver, set())

    if {given, before} <= no_more:
        await change(world, by, whom, given)
        assert await world.role(organization, whom) == given
    else:
        with pytest.raises(PermissionDenied):
            await change(world, by, whom, given)
        assert await world.role(organization, whom) == before


async def test_only_a_role_there_is_can_be_given(world: World) -> None:
    organization, owner = await world.founded()
    bob = await world.member(organization)

    with pytest.raises(ValidationFailed) as refused:
        await change(world, owner, bob, "emperor")

    assert [(one.pointer, one.code) for one in refused.value.errors] == [("#/role", "unknown_role")]


async def test_whoever_is_no_member_has_no_role_to_change(world: World) -> None:
    _, owner = await world.founded()
    _, stranger = await world.founded()

    for refused in (
        change(world, owner, stranger, "admin"),
        remove(world, owner, stranger),
        transfer(world, owner, stranger),
    ):
        with pytest.raises(exceptions.MemberNotFound):
            await refused


async def test_a_member_is_removed_and_told(world: World) -> None:
    organization, owner = await world.founded()
    bob = await world.member(organization)

    await remove(world, owner, bob)

    assert await world.role(organization, bob) is None
    [row] = world.audited
    assert (row.action, row.target_id, row.metadata) == (
        "member.removed",
        bob.user_id,
        {"role": "member"},
    )
    [letter] = world.letters
    assert letter.to == (await world.found(bob)).email
    assert letter.template == "accounts/member_removed"
    assert world.published == ["member_removed"]


async def test_an_admin_removes_no_owner(world: World) -> None:
    organization, owner = await world.founded()
    await world.member(organization, "owner")
    admin = await world.member(organization, "admin")

    with pytest.raises(PermissionDenied):
        await remove(world, admin, owner)


@pytest.mark.parametrize("role", ROLES[1:])
async def test_whoever_is_not_the_last_owner_can_leave(world: World, role: str) -> None:
    organization, _ = await world.founded()
    member = await world.member(organization, role)

    await leave(world, member)

    assert await world.role(organization, member) is None
    [row] = world.audited
    assert (row.action, row.metadata) == ("member.left", {"role": role})
    assert world.published == ["member_removed"]
    with pytest.raises(exceptions.OrganizationNotFound):
        await leave(world, member)


async def test_the_last_owner_stays(world: World) -> None:
    organization, owner = await world.founded()
    await world.member(organization, "admin")

    for refused in (
        leave(world, owner),
        change(world, owner, owner, "member"),
        remove(world, owner, owner),
    ):
        with pytest.raises(exceptions.LastOwner):
            await refused
    assert await world.role(organization, owner) == "owner"
    assert (world.audited, world.jobs) == ([], [])


async def test_an_owner_whose_account_is_suspended_does_not_count(world: World) -> None:
    organization, owner = await world.founded()
    other = await world.member(organization, "owner")
    await suspended(world, other)

    with pytest.raises(exceptions.LastOwner):
        await leave(world, owner)
    assert await world.role(organization, owner) == "owner"


@pytest.mark.parametrize("how", ["removed", "demoted"])
async def test_an_owner_whose_account_is_suspended_can_be_replaced(world: World, how: str) -> None:
    organization, owner = await world.founded()
    other = await world.member(organization, "owner")
    await suspended(world, other)

    await (
        remove(world, owner, other) if how == "removed" else change(world, owner, other, "viewer")
    )

    assert await world.role(organization, other) == (None if how == "removed" else "viewer")


async def test_ownership_is_handed_over(world: World) -> None:
    organization, owner = await world.founded()
    heir = await world.member(organization, "viewer")

    await transfer(world, owner, heir)

    assert await world.role(organization, heir) == "owner"
    assert await world.role(organization, owner) == "admin"
    [row] = world.audited
    assert (row.action, row.target_id) == ("org.ownership_transferred", heir.user_id)
    assert world.published == ["member_role_changed", "member_role_changed"]


async def test_an_owner_is_their_own_heir(world: World) -> None:
    organization, owner = await world.founded()

    await transfer(world, owner, owner)

    assert await world.role(organization, owner) == "owner"


async def test_an_operator_names_an_owner_and_takes_nothing_from_the_others(world: World) -> None:
    organization, owner = await world.founded()
    heir = await world.member(organization)

    await transfer(world, OPERATOR.within(organization.id), heir)

    assert await world.container.memberships().owners(organization.id) == 2
    assert await world.role(organization, owner) == "owner"


async def test_only_an_owner_hands_over_and_only_right_after_proving_who_they_are(
    world: World,
) -> None:
    organization, owner = await world.founded()
    admin = await world.member(organization, "admin")

    with pytest.raises(PermissionDenied):
        await transfer(world, admin, admin)
    world.clock.forward(minutes=10)
    stale = owner.model_copy(update={"authenticated_at": None})
    with pytest.raises(exceptions.ReauthenticationRequired):
        await transfer(world, stale, admin)
    world.clock.forward(seconds=1)
    with pytest.raises(exceptions.ReauthenticationRequired):
        await transfer(world, owner, admin)
    world.clock.forward(seconds=-1)
    await transfer(world, owner, admin)


async def test_nobody_hands_over_to_somebody_who_can_not_sign_in(world: World) -> None:
    organization, owner = await world.founded()
    heir = await world.member(organization)
    await suspended(world, heir)

    with pytest.raises(exceptions.LastOwner):
        await transfer(world, owner, heir)

    assert await world.role(organization, owner) == "owner"
    assert (world.audited, world.published) == ([], [])


async def test_nobody_who_is_unknown_is_a_member(world: World) -> None:
    _, owner = await world.founded()
    command = schemas.UserReference(user_id=UserId(factories.new_id()))

    with pytest.raises(exceptions.MemberNotFound):
        await world.use(service.RemoveMember)(command, owner)
