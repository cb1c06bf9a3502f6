"""ChangePassword, RequestPasswordReset, ResetPassword."""

import pytest
from pydantic import SecretStr

from core.accounts import exceptions, schemas, service
from core.exceptions import AuthenticationRequired, RateLimited
from core.models import Actor
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.world import OTHER_PASSWORD, World


async def change(
    world: World, actor: Actor, current: str = PASSWORD, new: str = OTHER_PASSWORD, **fields: bool
) -> None:
    command = schemas.ChangePassword.model_validate(
        {"current_password": current, "new_password": new} | fields
    )
    await world.use(service.ChangePassword)(command, actor)


async def forgot(world: World, email: str) -> None:
    command = schemas.RequestPasswordReset(email=email)
    await world.use(service.RequestPasswordReset)(command, factories.anonymous())


async def reset(world: World, token: SecretStr, password: str = OTHER_PASSWORD) -> None:
    command = schemas.ResetPassword(token=token, new_password=SecretStr(password))
    await world.use(service.ResetPassword)(command, factories.anonymous())


async def test_a_changed_password_ends_every_other_session_and_its_owner_is_told(
    world: World,
) -> None:
    ada = await world.user()
    other = await world.log_in(ada)
    actor = await world.signed_in(ada)
    world.forget()

    await change(world, actor)

    found = await world.found(ada)
    assert found.password_hash == f"plain:{OTHER_PASSWORD}"
    assert found.password_changed_at == world.clock.now()
    [session] = await world.container.sessions().active(ada.id, world.clock.now())
    assert session.id == actor.session_id
    with pytest.raises(exceptions.SessionRevoked):
        await world.refresh(other)
    [row] = world.audited
    assert (row.action, row.target_id) == ("password.changed", ada.id)
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/password_changed")
    with pytest.raises(exceptions.InvalidCredentials):
        await world.log_in(ada)
    await world.log_in(ada, OTHER_PASSWORD)


async def test_other_sessions_may_be_kept(world: World) -> None:
    ada = await world.user()
    other = await world.log_in(ada)

    await change(world, await world.signed_in(ada), revoke_other_sessions=False)

    await world.refresh(other)


async def test_a_changed_password_kills_the_link_to_reset_it(world: World) -> None:
    ada = await world.user()
    await forgot(world, ada.email)
    token = await world.mailed_token(ada.email)

    await change(world, await world.signed_in(ada))

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await reset(world, token)


async def test_the_current_password_must_be_right_and_guessing_it_is_slowed_down(
    world: World,
) -> None:
    ada = await world.user()
    actor = await world.signed_in(ada)
    world.forget()
    for _ in range(10):
        with pytest.raises(exceptions.InvalidCredentials):
            await change(world, actor, "a wrong one")

    with pytest.raises(RateLimited):
        await change(world, actor)
    assert (await world.found(ada)) == ada
    assert (world.audited, world.letters) == ([], [])


async def test_whoever_is_nobody_changes_no_password(world: World) -> None:
    with pytest.raises(AuthenticationRequired):
        await change(world, factories.anonymous())


@pytest.mark.parametrize("weak", ["short", "password1234", "core api core api", "lovelace 1815"])
async def test_a_weak_password_replaces_none(world: World, weak: str) -> None:
    ada = await world.user(email="a.lovelace@example.com")
    actor = await world.signed_in(ada)
    await forgot(world, ada.email)
    token = await world.mailed_token(ada.email)

    for refused in (change(world, actor, new=weak), reset(world, token, weak)):
        with pytest.raises(exceptions.WeakPassword) as weakness:
            await refused
        assert weakness.value.errors[0].pointer == "#/new_password"
    assert await world.found(ada) == ada
    await reset(world, token)


async def test_a_mailed_token_sets_a_password_once_and_ends_every_session(world: World) -> None:
    ada = await world.user(email_verified_at=None)
    await forgot(world, ada.email)
    [row] = world.audited
    assert (row.action, row.target_id) == ("password.reset_requested", ada.id)
    token = await world.mailed_token(ada.email)
    session = factories.session(ada, idle_expires_at=world.clock.now() + factories.DAY)
    await world.container.sessions().add(session)
    world.forget()
    world.clock.forward(minutes=29, seconds=59)

    await reset(world, token)

    found = await world.found(ada)
    assert found.password_hash == f"plain:{OTHER_PASSWORD}"
    assert found.email_verified_at == world.clock.now()
    assert await world.container.sessions().active(ada.id, world.clock.now()) == []
    [row] = world.audited
    assert (row.action, row.target_id) == ("password.reset_completed", ada.id)
    assert [one.template for one in world.letters] == ["accounts/password_changed"]
    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await reset(world, token)


async def test_the_mailed_token_dies_after_half_an_hour(world: World) -> None:
    ada = await world.user()
    await forgot(world, ada.email)
    token = await world.mailed_token(ada.email)
    world.clock.forward(minutes=30)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await reset(world, token)
    assert await world.found(ada) == ada


async def test_a_suspended_person_sets_no_password(world: World) -> None:
    ada = await world.user()
    await forgot(world, ada.email)
    token = await world.mailed_token(ada.email)
    await world.container.users().update(ada.evolve(status="suspended"))

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await reset(world, token)
    assert (await world.found(ada)).password_hash == ada.password_hash


async def test_who_is_known_is_told_to_nobody(world: World) -> None:
    suspended = await world.user(status="suspended")

    for email in ("nobody@example.com", suspended.email):
        await forgot(world, email)

    assert (world.letters, world.audited) == ([], [])


async def test_reset_mails_are_limited_in_silence(world: World) -> None:
    ada = await world.user()
    for _ in range(3):
        await forgot(world, ada.email)
    assert len(world.letters) == 1

    world.clock.forward(minutes=1)
    await forgot(world, ada.email)
    assert len(world.letters) == 2


async def test_trying_tokens_is_slowed_down(world: World) -> None:
    for _ in range(60):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await reset(world, SecretStr("made up"))

    with pytest.raises(RateLimited):
        await reset(world, SecretStr("made up"))
    assert world.hashes == 0
