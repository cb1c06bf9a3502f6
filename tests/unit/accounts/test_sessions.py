"""RefreshSession, Authenticate, Reauthenticate and what ends sessions."""

import asyncio
from uuid import uuid4

import pytest
from pydantic import SecretStr

from core.accounts import exceptions, models, policies, schemas, service
from core.exceptions import AuthenticationRequired, RateLimited
from core.models import Actor, SessionId
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import World


async def authenticate(world: World, token: str, organization_id: object = None) -> Actor:
    credentials = schemas.Credentials.model_validate(
        {"access_token": token, "organization_id": organization_id}
    )
    principal = await world.use(service.Authenticate)(credentials, factories.anonymous())
    return principal.actor


# --- Refreshing -----------------------------------------------------------------------------------


async def test_a_refresh_token_is_traded_for_the_next_one(world: World) -> None:
    ada = await world.user()
    first = await world.log_in(ada)
    world.forget()
    world.clock.forward(hours=1)

    second = await world.refresh(first)

    assert second.refresh_token != first.refresh_token
    assert second.refresh_token.startswith("crt_")
    assert (second.session_id, second.user.id) == (first.session_id, ada.id)
    assert second.device_token is None
    assert (await world.actor(second)).user_id == ada.id
    assert world.audited == []


async def test_many_tabs_that_refresh_at_once_get_the_same_token(world: World) -> None:
    pair = await world.log_in(await world.user())

    pairs = await asyncio.gather(*(world.refresh(pair) for _ in range(8)))
    world.clock.forward(seconds=10)
    late = await world.refresh(pair)

    assert {one.refresh_token for one in [*pairs, late]} == {pairs[0].refresh_token}


@pytest.mark.parametrize("case", ["after the grace", "two behind"])
async def test_an_old_token_ends_the_session_and_its_owner_is_told(world: World, case: str) -> None:
    ada = await world.user()
    first = await world.log_in(ada)
    last = await world.refresh(first)
    if case == "two behind":
        last = await world.refresh(last)
    else:
        world.clock.forward(seconds=11)
    world.forget()

    with pytest.raises(exceptions.RefreshReuseDetected):
        await world.refresh(first)

    [row] = world.audited
    assert (row.action, row.outcome) == ("session.reuse_detected", "failure")
    assert row.target_id == first.session_id
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/session_reuse_detected")
    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(last)
    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(last)


async def test_a_session_ends_after_two_idle_weeks(world: World) -> None:
    pair = await world.log_in(await world.user())
    world.clock.forward(days=14, seconds=-1)
    pair = await world.refresh(pair)
    world.clock.forward(days=14)

    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


async def test_a_session_ends_after_ninety_days_however_busy(world: World) -> None:
    pair = await world.log_in(await world.user())
    ends_at = pair.refresh_expires_at
    for _ in range(6):
        world.clock.forward(days=13)
        pair = await world.refresh(pair)
        assert pair.refresh_expires_at > ends_at
        ends_at = pair.refresh_expires_at
    world.clock.forward(days=12, minutes=-5)
    pair = await world.refresh(pair)

    assert pair.expires_in == 300
    assert pair.refresh_expires_at == ends_at
    world.clock.forward(minutes=5)
    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


async def test_what_is_no_refresh_token_is_refused(world: World) -> None:
    pair = await world.log_in(await world.user())

    for text in ("", "crt_", pair.refresh_token[4:], pair.access_token, pair.device_token or ""):
        with pytest.raises(exceptions.TokenInvalid):
            await world.refresh(pair.model_copy(update={"refresh_token": text}))


async def test_a_session_refreshes_sixty_times_in_five_minutes(world: World) -> None:
    ada = await world.user()
    pair, other = await world.log_in(ada), await world.log_in(ada)
    for _ in range(60):
        pair = await world.refresh(pair)

    with pytest.raises(RateLimited):
        await world.refresh(pair)
    await world.refresh(other)
    world.clock.forward(minutes=5)
    await world.refresh(pair)


async def test_a_suspended_person_refreshes_nothing(world: World) -> None:
    ada = await world.user()
    pair = await world.log_in(ada)
    await world.container.users().update(ada.evolve(status="suspended"))

    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(pair)


# --- Asking with a token --------------------------------------------------------------------------


async def test_an_access_token_tells_who_is_asking_and_from_where(world: World) -> None:
    ada = await world.user(platform_role="support")
    pair = await world.log_in(ada)

    actor = await authenticate(world, pair.access_token)

    assert actor == factories.anonymous(
        kind="user",
        user_id=ada.id,
        session_id=pair.session_id,
        authenticated_at=world.clock.now(),
        platform_role="support",
    )


async def test_what_somebody_may_do_is_read_afresh_each_time(world: World) -> None:
    organization, owner = await world.founded()
    ada = await world.found(owner)
    token = (await world.log_in(ada)).access_token

    before = await authenticate(world, token, organization.id)
    await world.container.memberships().set_role(organization.id, ada.id, "viewer")
    after = await authenticate(world, token, organization.id)
    await world.container.memberships().remove(organization.id, ada.id)

    assert (before.role, after.role) == ("owner", "viewer")
    assert (
        before.permissions
        > after.permissions
        == policies.permissions_of("viewer", world.container.permissions())
    )
    with pytest.raises(exceptions.OrganizationNotFound):
        await authenticate(world, token, organization.id)


async def test_another_organization_is_not_there(world: World) -> None:
    foreign, _ = await world.founded()
    token = (await world.log_in(await world.user())).access_token

    for organization_id in (foreign.id, uuid4()):
        with pytest.raises(exceptions.OrganizationNotFound):
            await authenticate(world, token, organization_id)


async def test_an_access_token_ends_after_ten_minutes(world: World) -> None:
    token = (await world.log_in(await world.user())).access_token

    world.clock.forward(minutes=9, seconds=59)
    assert (await authenticate(world, token)).kind == "user"
    world.clock.forward(seconds=1)
    with pytest.raises(exceptions.TokenExpired):
        await authenticate(world, token)


@pytest.mark.parametrize("end", ["revoked", "suspended"])
async def test_an_access_token_ends_at_once_with_its_session(world: World, end: str) -> None:
    ada = await world.user()
    token = (await world.log_in(ada)).access_token
    await authenticate(world, token)
    if end == "revoked":
        await world.container.sessions().revoke(ada.id, at=world.clock.now(), reason="test")
    else:
        await world.container.users().update(ada.evolve(status="suspended"))

    with pytest.raises(exceptions.SessionRevoked):
        await authenticate(world, token)


# --- Proving again who one is ---------------------------------------------------------------------


async def reauthenticate(world: World, actor: Actor, password: str) -> schemas.AccessToken:
    command = schemas.Reauthenticate(password=SecretStr(password))
    return await world.use(service.Reauthenticate)(command, actor)


async def test_the_password_proves_again_who_is_asking(world: World) -> None:
    ada = await world.user()
    actor = await world.signed_in(ada)
    world.clock.forward(hours=1)
    world.forget()

    fresh = await reauthenticate(world, actor, PASSWORD)

    proven = await authenticate(world, fresh.access_token)
    assert proven.session_id == actor.session_id
    assert proven.authenticated_at == world.clock.now()
    [row] = world.audited
    assert (row.action, row.target_id) == ("auth.reauthenticated", actor.session_id)


async def test_a_token_of_before_gains_nothing_by_a_new_proof(world: World) -> None:
    pair = await world.log_in(await world.user())
    proven_at = world.clock.now()
    world.clock.forward(minutes=1)

    await reauthenticate(world, await authenticate(world, pair.access_token), PASSWORD)

    old = await authenticate(world, pair.access_token)
    assert old.authenticated_at == proven_at.replace(microsecond=0)


async def test_a_wrong_password_proves_nothing_and_guessing_is_slowed_down(world: World) -> None:
    actor = await world.signed_in(await world.user())
    for _ in range(10):
        with pytest.raises(exceptions.InvalidCredentials):
            await reauthenticate(world, actor, "wrong")

    with pytest.raises(RateLimited):
        await reauthenticate(world, actor, PASSWORD)
    world.clock.forward(minutes=15)
    await reauthenticate(world, actor, PASSWORD)


async def test_only_a_session_can_be_renewed(world: World) -> None:
    ada = await world.user()
    for session_id in (None, SessionId(uuid4())):
        actor = factories.anonymous(kind="user", user_id=ada.id, session_id=session_id)
        with pytest.raises(exceptions.SessionRevoked):
            await reauthenticate(world, actor, PASSWORD)
    with pytest.raises(AuthenticationRequired):
        await reauthenticate(world, factories.anonymous(), PASSWORD)


# --- Ending sessions ------------------------------------------------------------------------------


async def alive(world: World, user: models.User) -> list[SessionId]:
    return [one.id for one in await world.container.sessions().active(user.id, world.clock.now())]


@pytest.mark.parametrize("by", ["its refresh token", "its access token"])
async def test_logging_out_ends_the_session(world: World, by: str) -> None:
    ada = await world.user()
    pair, other = await world.log_in(ada), await world.log_in(ada)
    token = pair.refresh_token if by == "its refresh token" else None
    actor = factories.anonymous() if token else await world.actor(pair)
    world.forget()

    for _ in range(2):
        await world.use(service.LogOut)(
            schemas.LogOut.model_validate({"refresh_token": token}), actor
        )

    assert await alive(world, ada) == [other.session_id]
    assert [(row.action, row.target_id) for row in world.audited] == [
        ("auth.logout", pair.session_id)
    ]


@pytest.mark.parametrize("token", [None, "made up", "crt_made_up"])
async def test_logging_out_of_nothing_is_fine(world: World, token: str | None) -> None:
    command = schemas.LogOut.model_validate({"refresh_token": token})

    await world.use(service.LogOut)(command, factories.anonymous())

    assert world.audited == []


async def test_one_sees_where_one_is_signed_in(world: World) -> None:
    ada = await world.user()
    first = await world.log_in(ada, device_label="laptop")
    world.clock.forward(days=1)
    second = await world.log_in(ada)
    await world.log_in(await world.user())

    page = await world.use(service.ListSessions)(None, await world.actor(second))

    assert [one.id for one in page.items] == [second.session_id, first.session_id]
    assert [one.current for one in page.items] == [True, False]
    assert page.items[1].device_label == "laptop"
    assert page.items[1].expires_at == first.refresh_expires_at


async def test_one_ends_a_session_of_ones_own_alone(world: World) -> None:
    ada, eve = await world.user(), await world.user()
    pair, foreign = await world.log_in(ada), await world.log_in(eve)
    actor = await world.signed_in(ada)
    world.forget()
    revoke = world.use(service.RevokeSession)

    await revoke(schemas.RevokeSession(session_id=pair.session_id), actor)

    [row] = world.audited
    assert (row.action, row.target_id) == ("session.revoked", pair.session_id)
    for session_id in (pair.session_id, foreign.session_id, SessionId(uuid4())):
        with pytest.raises(exceptions.SessionNotFound):
            await revoke(schemas.RevokeSession(session_id=session_id), actor)
    assert await alive(world, ada) == [actor.session_id]
    assert await alive(world, eve) == [foreign.session_id]


async def test_one_signs_out_everywhere_else(world: World) -> None:
    ada, eve = await world.user(), await world.user()
    for user in (ada, ada, eve):
        await world.log_in(user)
    actor = await world.signed_in(ada)
    world.forget()

    await world.use(service.RevokeOtherSessions)(None, actor)

    assert await alive(world, ada) == [actor.session_id]
    assert len(await alive(world, eve)) == 1
    [row] = world.audited
    assert (row.action, row.metadata) == ("session.revoked", {"reason": "others", "count": 2})


async def test_ending_sessions_takes_a_fresh_proof(world: World) -> None:
    ada = await world.user()
    other, actor = await world.log_in(ada), await world.signed_in(ada)
    world.clock.forward(minutes=11)

    with pytest.raises(exceptions.ReauthenticationRequired):
        command = schemas.RevokeSession(session_id=other.session_id)
        await world.use(service.RevokeSession)(command, actor)
    with pytest.raises(exceptions.ReauthenticationRequired):
        await world.use(service.RevokeOtherSessions)(None, actor)

    assert set(await alive(world, ada)) == {other.session_id, actor.session_id}
