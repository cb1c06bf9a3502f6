"""The end of an organization, and the way back from it."""

from datetime import timedelta
from typing import Any

import pytest

from core.accounts import exceptions, models
from core.accounts.closing import schemas, service
from core.accounts.closing.constants import DELETION_GRACE
from core.accounts.closing.exceptions import OrganizationNotPendingDeletion
from core.exceptions import PermissionDenied
from core.models import Actor
from tests import factories
from tests.unit.accounts.world import OPERATOR, SYSTEM, World


class Module:
    """A module that holds something for organizations, and may fail to let go of it."""

    def __init__(self) -> None:
        self.erased: list[object] = []
        self.broken = False

    async def erase(self, organization_id: object) -> None:
        if self.broken:
            raise RuntimeError
        self.erased.append(organization_id)


async def shut(world: World, actor: Actor, **command: Any) -> schemas.PendingOrganizationDeletion:
    return await world.use(service.DeleteOrganization)(schemas.DeleteOrganization(**command), actor)


async def restored(
    world: World, organization: models.Organization, actor: Actor, *, mine: bool = False
) -> Any:
    command = schemas.RestoreOrganization(organization_id=organization.id, mine=mine)
    return await world.use(service.RestoreOrganization)(command, actor)


async def purged(world: World, *modules: Module) -> int:
    wired = vars(world.use(service.PurgeDeletedOrganizations))
    purge = service.PurgeDeletedOrganizations(**wired | {"organization_data": modules})
    return (await purge(schemas.PurgeDeletedOrganizations(), SYSTEM)).deleted


async def test_an_owner_shuts_it_and_every_owner_is_mailed(world: World) -> None:
    organization, owner = await world.founded()
    other = await world.member(organization, "owner")
    await world.member(organization, "admin")

    pending = await shut(world, owner)
    again = await shut(world, other)

    assert pending.deletes_at == world.clock.now() + DELETION_GRACE
    assert again == pending
    assert [one.template for one in world.letters] == ["accounts/organization_deletion"] * 2
    assert world.actions == ["org.deletion_requested"]


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
async def test_nobody_but_an_owner_shuts_it(world: World, role: str) -> None:
    organization, _ = await world.founded()

    with pytest.raises(PermissionDenied):
        await shut(world, await world.member(organization, role))


async def test_it_takes_a_fresh_proof_and_a_person(world: World) -> None:
    _, owner = await world.founded()
    stale = owner.model_copy(update={"authenticated_at": world.clock.now() - timedelta(hours=1)})
    program = owner.model_copy(update={"kind": "api_key", "user_id": None})

    with pytest.raises(exceptions.ReauthenticationRequired):
        await shut(world, stale)
    with pytest.raises(PermissionDenied):
        await shut(world, program)


async def test_an_operator_shuts_any_and_nobody_else_does(world: World) -> None:
    organization, owner = await world.founded()

    with pytest.raises(PermissionDenied):
        await shut(world, owner, organization_id=organization.id)
    with pytest.raises(exceptions.OrganizationNotFound):
        await shut(world, OPERATOR, organization_id=factories.organization().id)

    await shut(world, OPERATOR, organization_id=organization.id)

    assert world.actions == ["org.deletion_requested"]


async def test_an_owner_or_an_operator_restores_it(world: World) -> None:
    organization, owner = await world.founded()
    outside = owner.model_copy(
        update={"organization_id": None, "role": None, "permissions": frozenset()}
    )
    for actor, mine in ((outside, True), (OPERATOR, False), (await world.operator(), False)):
        await shut(world, owner)

        kept = await restored(world, organization, actor, mine=mine)

        assert kept.deletes_at is None
        with pytest.raises(OrganizationNotPendingDeletion):
            await restored(world, organization, actor, mine=mine)
    assert world.actions == ["org.deletion_requested", "org.deletion_cancelled"] * 3


async def test_to_everybody_else_there_is_nothing_to_restore(world: World) -> None:
    organization, owner = await world.founded()
    admin = await world.member(organization, "admin")
    stranger = Actor(kind="user", user_id=(await world.user()).id)
    await shut(world, owner)

    for actor in (admin, stranger):
        with pytest.raises(exceptions.OrganizationNotFound):
            await restored(world, organization, actor, mine=True)
    for actor in (admin, stranger, owner, Actor(kind="anonymous")):
        with pytest.raises(PermissionDenied):
            await restored(world, organization, actor)


async def test_once_it_is_due_it_is_erased_module_by_module_and_the_row_last(
    world: World,
) -> None:
    module = Module()
    organization, owner = await world.founded()
    other, _ = await world.founded()
    await shut(world, owner)

    assert await purged(world, module) == 0
    world.clock.forward(days=DELETION_GRACE.days)
    module.broken = True
    with pytest.raises(RuntimeError):
        await purged(world, module)
    assert await world.container.organizations().get(organization.id)

    module.broken = False
    assert await purged(world, module) == 1

    assert module.erased == [organization.id]
    assert await world.container.organizations().get(organization.id) is None
    assert await world.container.organizations().get(other.id) == other
    assert world.actions == ["org.deletion_requested", "org.deleted"]


async def test_what_is_due_is_restored_no_more(world: World) -> None:
    organization, owner = await world.founded()
    await shut(world, owner)
    world.clock.forward(days=DELETION_GRACE.days)

    with pytest.raises(OrganizationNotPendingDeletion):
        await restored(world, organization, OPERATOR)
