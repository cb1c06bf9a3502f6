"""Exports: RequestExport, ExportData, GetExport, PurgeExports; and the end of an account."""

import asyncio
from typing import Any, override
from uuid import uuid4

import pytest
from dependency_injector import providers
from pydantic import SecretStr

from bootstrap import Application, InMemoryContainer
from core.accounts import exceptions, models
from core.accounts import schemas as accounts
from core.accounts import service as accounts_service
from core.accounts.privacy import ports, schemas, service
from core.accounts.privacy.exceptions import ExportNotFound, NotPendingDeletion
from core.accounts.privacy.models import DataExport, ExportId
from core.exceptions import AuthenticationRequired, PermissionDenied
from core.models import Actor, Model, UserId
from tests import factories
from tests.clock import FakeClock
from tests.factories import PASSWORD
from tests.unit.accounts.world import OPERATOR, SYSTEM, World

NOBODY = UserId(uuid4())


# --- Exports --------------------------------------------------------------------------------------


async def ask(world: World, actor: Actor) -> schemas.RequestedExport:
    return await world.use(service.RequestExport)(None, actor)


async def fetch(world: World, actor: Actor, export_id: ExportId) -> schemas.ExportView:
    return await world.use(service.GetExport)(schemas.GetExport(export_id=export_id), actor)


async def test_everything_about_somebody_is_gathered_and_they_are_told(world: World) -> None:
    organization, owner = await world.founded()
    ada = await world.found(owner)
    actor = await world.signed_in(ada)
    world.forget()

    asked = await ask(world, actor)

    assert asked.status == "pending"
    assert (await fetch(world, actor, asked.id)).data is None
    assert world.actions == ["user.data_export_requested"]
    assert [address for address, _ in await world.delivered()] == [ada.email]
    view = await fetch(world, actor, asked.id)
    assert view.status == "ready"
    assert (view.expires_at - view.created_at).days == 7
    assert view.data is not None
    data = view.data["accounts"]
    assert data["profile"]["email"] == ada.email
    assert [one["id"] for one in data["sessions"]] == [str(actor.session_id)]
    assert [one["organization_id"] for one in data["memberships"]] == [str(organization.id)]
    assert [one["action"] for one in data["audit_events"]] == ["user.data_export_requested"]
    assert world.actions == ["user.data_export_requested", "user.data_exported"]


async def test_it_is_kept_encrypted(world: World) -> None:
    ada = await world.user()
    asked = await ask(world, await world.signed_in(ada))
    await world.delivered()

    kept = world.container.store().table(DataExport)[asked.id]

    assert kept.content_box is not None
    assert ada.email.encode() not in kept.content_box
    assert ada.email.encode() in world.container.secret_box().decrypt(kept.content_box)
    assert "content_box" not in repr(kept)


async def test_it_holds_no_secret(world: World) -> None:
    ada = await world.user()
    pair = await world.log_in(ada)
    asked = await ask(world, await world.actor(pair))
    await world.delivered()

    text = (await fetch(world, await world.actor(pair), asked.id)).model_dump_json()

    secrets = {PASSWORD, pair.access_token, pair.refresh_token, pair.device_token}
    assert not {one for one in secrets if one and one in text}
    assert "hash" not in text


async def test_there_is_one_at_a_time(world: World) -> None:
    actor = await world.signed_in(await world.user())

    first, same = await ask(world, actor), await ask(world, actor)
    await world.delivered()
    second = await ask(world, actor)

    assert first == same
    assert second.id != first.id
    assert world.actions.count("user.data_export_requested") == 2


async def test_gathering_twice_changes_nothing(world: World) -> None:
    ada = await world.user()
    asked = await ask(world, await world.signed_in(ada))
    await world.delivered()
    world.forget()
    again = world.use(service.ExportData)
    command = schemas.ExportData(user_id=ada.id, export_id=asked.id)

    await again(command, SYSTEM)
    await again(command.evolve(export_id=factories.new_id()), SYSTEM)
    await again(command.evolve(user_id=NOBODY), SYSTEM)

    assert (world.jobs, world.audited) == ([], [])
    with pytest.raises(PermissionDenied):
        await again(command, await world.signed_in(ada))


async def test_an_export_is_its_owners_alone(world: World) -> None:
    ada, eve = await world.user(), await world.user()
    asked = await ask(world, await world.signed_in(ada))
    await world.delivered()

    for export_id in (asked.id, ExportId(uuid4())):
        with pytest.raises(ExportNotFound):
            await fetch(world, await world.signed_in(eve), export_id)


async def test_an_export_is_gone_after_a_week(world: World) -> None:
    ada = await world.user()
    asked = await ask(world, await world.signed_in(ada))
    await world.delivered()
    purge = world.use(service.PurgeExports)
    world.clock.forward(days=7, seconds=-1)
    assert (await fetch(world, await world.signed_in(ada), asked.id)).data
    assert await purge(schemas.PurgeExports(), SYSTEM) == 0
    world.clock.forward(seconds=1)

    with pytest.raises(ExportNotFound):
        await fetch(world, await world.signed_in(ada), asked.id)
    world.clock.forward(seconds=1)
    assert await purge(schemas.PurgeExports(), SYSTEM) == 1
    assert world.container.store().table(DataExport) == {}
    with pytest.raises(PermissionDenied):
        await purge(schemas.PurgeExports(), factories.anonymous())


async def test_it_takes_a_session_of_ones_own_and_of_a_moment_ago(world: World) -> None:
    actor = await world.signed_in(await world.user())
    for field in ("impersonator_id", "scope_organization_id"):
        other = actor.model_copy(update={field: factories.new_id()})
        with pytest.raises(PermissionDenied):
            await ask(world, other)
        with pytest.raises(PermissionDenied):
            await fetch(world, other, ExportId(uuid4()))
    world.clock.forward(minutes=10, seconds=1)
    with pytest.raises(exceptions.ReauthenticationRequired):
        await ask(world, actor)
    with pytest.raises(exceptions.ReauthenticationRequired):
        await fetch(world, actor, ExportId(uuid4()))
    with pytest.raises(AuthenticationRequired):
        await ask(world, factories.anonymous())


class Diary(ports.PersonalData):
    name = "diary"

    @override
    async def of(self, user_id: UserId) -> dict[str, Any]:
        return {"of": user_id, "pages": 3}


async def test_modules_to_come_add_their_part(
    container: InMemoryContainer, clock: FakeClock
) -> None:
    parts = (container.account_data(), Diary())
    container.personal_data.override(providers.Object(parts))
    world = World(Application(container), container, clock)
    await world.use(accounts_service.EnsureSigningKeys)(None, SYSTEM)
    ada = await world.user()
    actor = await world.signed_in(ada)
    asked = await ask(world, actor)
    await world.delivered()

    data = (await fetch(world, actor, asked.id)).data

    assert data is not None
    assert data.keys() == {"accounts", "diary"}
    assert data["diary"] == {"of": str(ada.id), "pages": 3}


# --- Asking to be forgotten -----------------------------------------------------------------------


async def leave(
    world: World, actor: Actor, password: str | None = PASSWORD
) -> schemas.PendingDeletion:
    command = schemas.RequestAccountDeletion.model_validate({"password": password})
    return await world.use(service.RequestAccountDeletion)(command, actor)


async def delete(world: World, user: models.User, by: Actor = OPERATOR) -> schemas.PendingDeletion:
    return await world.use(service.DeleteUser)(accounts.UserReference(user_id=user.id), by)


async def restore(world: World, token: SecretStr) -> None:
    command = schemas.RestoreAccount(token=token)
    await world.use(service.RestoreAccount)(command, factories.anonymous())


async def test_an_account_is_shut_at_once_and_its_owner_mailed_the_way_back(world: World) -> None:
    ada = await world.user()
    pair, other = await world.log_in(ada), await world.log_in(ada)
    world.forget()

    pending = await leave(world, await world.actor(pair))

    assert (pending.deletes_at - world.clock.now()).days == 30
    found = await world.found(ada)
    assert (found.status, found.deletes_at) == ("pending_deletion", pending.deletes_at)
    assert [(one.to, one.template) for one in world.letters] == [
        (ada.email, "accounts/deletion_requested")
    ]
    [row] = world.audited
    assert (row.action, row.target_id, row.actor_id) == (
        "user.deletion_requested",
        ada.id,
        ada.id,
    )
    for one in (pair, other):
        with pytest.raises(exceptions.SessionRevoked):
            await world.actor(one)
        with pytest.raises(exceptions.SessionRevoked):
            await world.refresh(one)
    with pytest.raises(exceptions.AccountPendingDeletion):
        await world.log_in(ada)
    with pytest.raises(exceptions.InvalidCredentials):
        await world.log_in(ada, "not the password")


async def test_the_mailed_link_restores_it_as_it_was_once(world: World) -> None:
    ada = await world.user()
    await leave(world, await world.signed_in(ada))
    token = await world.mailed_token(ada.email)
    world.forget()
    world.clock.forward(days=30, seconds=-1)

    await restore(world, token)

    assert (await world.found(ada)).deletes_at is None
    assert (await world.log_in(ada)).user.status == "active"
    [row] = [one for one in world.audited if one.action.startswith("user.")]
    assert (row.action, row.target_id) == ("user.deletion_cancelled", ada.id)
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await restore(world, token)


async def test_after_thirty_days_the_link_restores_nothing(world: World) -> None:
    ada = await world.user()
    await leave(world, await world.signed_in(ada))
    token = await world.mailed_token(ada.email)
    world.clock.forward(days=30)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await restore(world, token)


async def test_it_takes_the_password_or_without_one_a_session_of_a_moment_ago(
    world: World,
) -> None:
    ada, bob = await world.user(), await world.user(password_hash=None)
    for password in ("not the password", None):
        with pytest.raises(exceptions.InvalidCredentials):
            await leave(world, await world.signed_in(ada), password)
    actor = Actor(kind="user", user_id=bob.id, authenticated_at=world.clock.now())
    world.clock.forward(minutes=11)
    with pytest.raises(exceptions.ReauthenticationRequired):
        await leave(world, actor, None)
    await leave(world, actor.model_copy(update={"authenticated_at": world.clock.now()}), None)

    assert (await world.found(ada)).status == "active"
    assert (await world.found(bob)).status == "pending_deletion"


@pytest.mark.parametrize("field", ["impersonator_id", "scope_organization_id"])
async def test_nobody_ends_an_account_in_its_owners_place(world: World, field: str) -> None:
    actor = await world.signed_in(await world.user())

    with pytest.raises(PermissionDenied):
        await leave(world, actor.model_copy(update={field: factories.new_id()}))


async def test_the_last_owner_of_an_organization_stays(world: World) -> None:
    organization, owner = await world.founded()
    ada = await world.found(owner)
    await world.member(organization, "admin")
    actor = await world.signed_in(ada)
    world.forget()

    with pytest.raises(exceptions.LastOwner, match=organization.slug):
        await leave(world, actor)
    with pytest.raises(exceptions.LastOwner):
        await delete(world, ada)

    assert (await world.found(ada)).status == "active"
    assert (world.audited, world.jobs) == ([], [])
    await world.member(organization, "owner")
    await leave(world, actor)


async def test_an_owner_who_is_about_to_go_is_none_to_lean_on(world: World) -> None:
    organization, owner = await world.founded()
    other = await world.member(organization, "owner")
    await delete(world, await world.found(other))

    with pytest.raises(exceptions.LastOwner):
        await delete(world, await world.found(owner))


async def test_of_two_owners_who_go_at_once_one_stays(world: World) -> None:
    organization, owner = await world.founded()
    people = [
        await world.found(owner),
        await world.found(await world.member(organization, "owner")),
    ]

    results = await asyncio.gather(*(delete(world, one) for one in people), return_exceptions=True)

    assert sorted(type(one).__name__ for one in results) == ["LastOwner", "PendingDeletion"]


async def test_an_operator_deletes_and_restores_somebody(world: World) -> None:
    ada, operator = await world.user(), await world.operator()
    world.forget()

    pending = await delete(world, ada, operator)
    same = await delete(world, ada, operator)

    assert pending == same
    assert len(world.letters) == 1
    token = await world.mailed_token(ada.email)
    back = world.use(service.RestoreUser)
    view = await back(accounts.UserReference(user_id=ada.id), operator)
    assert view.status == "active"
    assert world.actions == ["user.deletion_requested", "user.deletion_cancelled"]
    assert {row.actor_id for row in world.audited} == {operator.user_id}
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await restore(world, token)
    with pytest.raises(NotPendingDeletion):
        await back(accounts.UserReference(user_id=ada.id), operator)
    await world.log_in(ada)


async def test_operators_are_told_whom_they_do_not_find(world: World) -> None:
    nobody = accounts.UserReference(user_id=NOBODY)
    asked: tuple[Any, ...] = (world.use(service.DeleteUser), world.use(service.RestoreUser))
    for ask_for in asked:
        with pytest.raises(exceptions.UserNotFound):
            await ask_for(nobody, OPERATOR)
        for actor in (factories.anonymous(), await world.operator("support")):
            with pytest.raises(PermissionDenied):
                await ask_for(nobody, actor)


async def test_the_link_does_not_let_in_who_was_suspended(world: World) -> None:
    ada = await world.user(status="suspended")
    await delete(world, ada)

    await restore(world, await world.mailed_token(ada.email))

    assert (await world.found(ada)).status == "suspended"


@pytest.mark.parametrize("status", ["active", "suspended"])
async def test_an_account_that_is_about_to_be_deleted_is_restored_first(
    world: World, status: str
) -> None:
    ada = await world.user()
    await delete(world, ada)
    command = accounts.UserStanding.model_validate({"user_id": ada.id, "status": status})

    with pytest.raises(exceptions.AccountPendingDeletion):
        await world.use(accounts_service.SetUserStatus)(command, OPERATOR)


# --- Being forgotten ------------------------------------------------------------------------------


async def purge(world: World, actor: Actor = SYSTEM) -> schemas.Purged:
    command = schemas.PurgeDeletedAccounts()
    return await world.use(service.PurgeDeletedAccounts)(command, actor)


def tables_with(world: World, user_id: UserId) -> set[str]:
    """Return which tables name somebody, but for the audit log."""
    store = world.container.store()
    kinds = [kind for kind in _kinds(Model) if kind.__name__ != "AuditEvent"]
    return {
        kind.__name__
        for kind in kinds
        for row in store.table(kind).values()
        if str(user_id) in row.model_dump_json()
    }


def _kinds(kind: type[Model]) -> list[type[Model]]:
    return [one for sub in kind.__subclasses__() for one in (sub, *_kinds(sub))]


async def test_after_thirty_days_somebody_is_gone_and_with_them_what_is_theirs(
    world: World,
) -> None:
    organization, _ = await world.founded()
    ada = await world.found(await world.member(organization))
    await ask(world, await world.signed_in(ada))
    await delete(world, ada)
    assert tables_with(world, ada.id) >= {"User", "Session", "Membership", "DataExport"}
    world.clock.forward(days=30, seconds=-1)
    assert await purge(world) == schemas.Purged(deleted=0, kept=[])
    world.forget()
    world.clock.forward(seconds=1)

    assert await purge(world) == schemas.Purged(deleted=1, kept=[])

    assert tables_with(world, ada.id) == set()
    [row] = world.audited
    assert (row.action, row.target_id, row.metadata) == ("user.deleted", ada.id, {})
    assert world.published == ["user_deleted"]
    assert (await purge(world)).deleted == 0


async def test_many_go_in_batches_and_whoever_was_restored_stays(world: World) -> None:
    people = [await world.user() for _ in range(205)]
    for one in people:
        await delete(world, one)
    reference = accounts.UserReference(user_id=people[7].id)
    await world.use(service.RestoreUser)(reference, OPERATOR)
    world.clock.forward(days=30)

    assert (await purge(world)).deleted == 204

    assert (await world.found(people[7])).status == "active"


async def test_whoever_became_the_last_owner_meanwhile_stays_and_that_is_told(
    world: World,
) -> None:
    organization, owner = await world.founded()
    heir = await world.found(await world.member(organization, "owner"))
    going = await world.user()
    for one in (heir, going):
        await delete(world, one)
    await world.container.memberships().remove(organization.id, owner.require_user())
    world.clock.forward(days=30)
    world.forget()

    assert await purge(world) == schemas.Purged(deleted=1, kept=[heir.id])

    refused = next(row for row in world.audited if row.action == "user.deletion_refused")
    assert (refused.target_id, refused.outcome) == (heir.id, "failure")
    assert refused.metadata == {"reason": "last_owner"}
    assert (await world.found(heir)).status == "pending_deletion"
    await world.member(organization, "owner")
    assert (await purge(world)).kept == []


async def test_only_the_service_and_operators_purge(world: World) -> None:
    for actor in (factories.anonymous(), await world.operator("support")):
        with pytest.raises(PermissionDenied):
            await purge(world, actor)
