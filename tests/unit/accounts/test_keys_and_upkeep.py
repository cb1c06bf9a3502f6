"""EnsureSigningKeys, RotateSigningKeys, ListSigningKeys, PurgeExpired, ListAuditEvents."""

from datetime import timedelta

import pytest

from core.accounts import exceptions, schemas, service
from core.models import Actor, UserId
from tests import factories
from tests.factories import DAY
from tests.unit.accounts.world import OPERATOR, SYSTEM, World


async def rotate(world: World, *, force: bool = False) -> list[schemas.SigningKeyView]:
    command = schemas.RotateSigningKeys(force=force)
    return (await world.use(service.RotateSigningKeys)(command, OPERATOR)).items


async def listed(world: World) -> list[schemas.SigningKeyView]:
    return (await world.use(service.ListSigningKeys)(None, OPERATOR)).items


async def test_an_installation_has_a_key_that_signs_and_the_next_one(world: World) -> None:
    await world.use(service.EnsureSigningKeys)(None, SYSTEM)

    keys = await listed(world)

    assert sorted(key.state for key in keys) == ["current", "next"]
    assert world.audited == []  # they were there before


async def test_the_first_keys_are_audited(world: World) -> None:
    keys = world.container.signing_keys()
    for _ in range(3):
        await keys.promote(world.clock.now(), forget_retired_before=world.clock.now() + DAY)
    assert await listed(world) == []

    await world.use(service.EnsureSigningKeys)(None, SYSTEM)

    assert world.actions == ["signing_key.created"]
    assert len(await listed(world)) == 2


async def test_the_next_key_is_published_an_hour_before_it_signs(world: World) -> None:
    world.clock.forward(minutes=59, seconds=59)
    with pytest.raises(exceptions.RotationTooEarly):
        await rotate(world)
    assert world.audited == []

    world.clock.forward(seconds=1)
    following = next(key for key in await listed(world) if key.state == "next")
    keys = {key.state: key for key in await rotate(world)}

    assert keys.keys() == {"next", "current", "previous"}
    assert keys["current"].kid == following.kid
    assert keys["current"].promoted_at == keys["previous"].retired_at == world.clock.now()
    [row] = world.audited
    assert (row.action, row.metadata) == ("signing_key.rotated", {"forced": False})


async def test_an_operator_in_a_hurry_need_not_wait(world: World) -> None:
    assert len(await rotate(world, force=True)) == 3
    assert world.audited[0].metadata == {"forced": True}


async def test_a_key_is_forgotten_when_its_tokens_are_gone(world: World) -> None:
    first = next(key.kid for key in await listed(world) if key.state == "current")
    await rotate(world, force=True)
    world.clock.forward(minutes=15)
    assert first in {key.kid for key in await rotate(world, force=True)}

    world.clock.forward(seconds=1)
    assert first not in {key.kid for key in await rotate(world, force=True)}


async def test_what_ended_a_month_ago_is_forgotten(world: World) -> None:
    ada, now = await world.user(), world.clock.now()
    sessions, tokens = world.container.sessions(), world.container.one_time_tokens()
    ended, over = now - 30 * DAY, timedelta(seconds=1)
    for idle_expires_at in (ended - over, ended):
        await sessions.add(factories.session(ada, idle_expires_at=idle_expires_at))
    await tokens.add(factories.one_time_token(ada, expires_at=ended - over))
    await tokens.add(factories.one_time_token(await world.user(), expires_at=ended))
    purge = world.use(service.PurgeExpired)

    assert await purge(schemas.PurgeExpired(), SYSTEM) == 2
    assert await purge(schemas.PurgeExpired(), SYSTEM) == 0
    world.clock.forward(seconds=1)
    assert await purge(schemas.PurgeExpired(), SYSTEM) == 2


async def test_the_job_that_forgets_is_carried_out_by_the_service_itself(world: World) -> None:
    await world.container.sessions().add(
        factories.session(await world.user(), idle_expires_at=world.clock.now() - 40 * DAY)
    )

    assert await world.application.carry_out(schemas.PurgeExpired()) == 1


async def test_who_did_what_is_read_newest_first(world: World) -> None:
    organization, owner = await world.founded()
    bob = await world.member(organization)
    change, read = world.use(service.ChangeMemberRole), world.use(service.ListAuditEvents)
    for role in ("admin", "viewer", "member"):
        await change(schemas.ChangeMemberRole(user_id=bob.require_user(), role=role), owner)
    foreign, stranger = await world.founded()
    await world.use(service.InviteMember)(schemas.InviteMember(email="a@example.com"), stranger)

    first = await read(schemas.ListAuditEvents(limit=2), owner)
    rest = await read(schemas.ListAuditEvents(limit=2, cursor=first.next_cursor), owner)

    rows = [*first.items, *rest.items]
    assert [row.metadata["after"] for row in rows] == ["member", "viewer", "admin"]
    assert {row.organization_id for row in rows} == {organization.id} != {foreign.id}
    assert all(row.actor_id == owner.user_id for row in rows)
    by_nobody = schemas.ListAuditEvents(actor_id=UserId(factories.new_id()))
    assert (await read(by_nobody, owner)).items == []
    assert (await read(schemas.ListAuditEvents(action="org.updated"), owner)).items == []


async def test_platform_events_belong_to_no_organization(world: World) -> None:
    _, owner = await world.founded()
    await world.log_in(await world.found(owner))

    page = await world.use(service.ListAuditEvents)(schemas.ListAuditEvents(), owner)

    assert page.items == []
    assert world.actions == ["auth.login_succeeded"]


async def test_the_service_itself_is_no_person(world: World) -> None:
    assert Actor(kind="system").trusted
    assert not factories.anonymous().trusted
