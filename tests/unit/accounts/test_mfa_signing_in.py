"""CompleteMfaChallenge and ReauthenticateByCode: codes, once each, and no guessing."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from core.accounts import exceptions, models, schemas, service
from core.accounts.mfa import exceptions as mfa_exceptions
from core.accounts.mfa import schemas as mfa
from core.exceptions import AuthenticationRequired, PermissionDenied, RateLimited
from core.models import Actor
from tests import factories
from tests.factories import PASSWORD
from tests.unit.accounts.second_steps import challenged, complete, secured, step_up
from tests.unit.accounts.world import OPERATOR, OTHER_PASSWORD, World


async def fails(world: World, challenge: str, **code: str) -> None:
    with pytest.raises(mfa_exceptions.MfaInvalidCode):
        await complete(world, challenge, **code)


async def sessions(world: World, user: models.User) -> list[models.Session]:
    return await world.container.sessions().active(user.id, world.clock.now())


async def test_a_code_completes_a_sign_in(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    world.forget()
    challenge = await challenged(world, ada, device_label="laptop")

    pair = await complete(world, challenge, code=app.code())

    assert pair.user.mfa_enabled
    actor = await world.actor(pair)
    assert (actor.user_id, actor.strong) == (ada.id, True)
    session = (await sessions(world, ada))[0]
    assert (session.amr, session.device_label) == (("pwd", "otp", "mfa"), "laptop")
    assert world.actions == ["auth.mfa_challenged", "auth.login_succeeded"]
    assert world.audited[1].metadata["method"] == "password"
    assert pair.device_token


async def test_without_a_code_there_is_no_session(world: World) -> None:
    ada = await world.user()
    await secured(world, ada)
    before = await sessions(world, ada)

    await challenged(world, ada)

    assert await sessions(world, ada) == before


async def test_a_challenge_is_for_one_session(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    challenge = await challenged(world, ada)
    await complete(world, challenge, code=app.code())
    world.clock.forward(seconds=30)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await complete(world, challenge, code=app.code())


async def test_a_code_works_once(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    await complete(world, await challenged(world, ada), code=app.code())

    challenge = await challenged(world, ada)
    await fails(world, challenge, code=app.code())
    await fails(world, challenge, code=app.code(-1))
    world.clock.forward(seconds=30)
    await complete(world, challenge, code=app.code())


async def test_the_code_that_confirmed_the_app_is_used_up(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)

    challenge = await challenged(world, ada)

    await fails(world, challenge, code=app.code(-1))
    await complete(world, challenge, code=app.code())


async def test_of_twenty_who_bring_the_same_code_one_gets_in(world: World) -> None:
    ada = await world.user()
    app, codes, _ = await secured(world, ada)
    for code in ({"code": app.code()}, {"recovery_code": codes[0]}):
        before = len(await sessions(world, ada))
        challenges = [await challenged(world, ada) for _ in range(20)]

        tries = (complete(world, one, **code) for one in challenges)
        results = await asyncio.gather(*tries, return_exceptions=True)

        assert sum(isinstance(one, schemas.TokenPair) for one in results) == 1
        assert len(await sessions(world, ada)) == before + 1
        world.clock.forward(minutes=15)


async def test_a_recovery_code_completes_it_once_however_it_is_typed(world: World) -> None:
    ada = await world.user()
    _, codes, _ = await secured(world, ada)
    world.forget()
    typed = [codes[3], codes[4].lower(), codes[5].replace("-", ""), f" {codes[6]} "]

    for code in typed:
        pair = await complete(world, await challenged(world, ada), recovery_code=code)
        assert (await world.actor(pair)).strong

    assert world.actions.count("mfa.recovery_codes_used") == 4
    assert [one.variables["left"] for one in world.letters] == ["9", "8", "7", "6"]
    assert {one.template for one in world.letters} == {"accounts/recovery_code_used"}
    challenge = await challenged(world, ada)
    for code in typed:
        await fails(world, challenge, recovery_code=code)


async def test_a_recovery_code_is_no_code_nor_the_other_way_round(world: World) -> None:
    ada = await world.user()
    app, codes, _ = await secured(world, ada)
    challenge = await challenged(world, ada)

    await fails(world, challenge, code=codes[0])
    await fails(world, challenge, recovery_code=app.code())


@pytest.mark.parametrize("nothing", ["", " ", "-", "0", "\x00", "\u0660" * 6])
async def test_no_code_is_no_code(world: World, nothing: str) -> None:
    ada = await world.user()
    _, _, actor = await secured(world, ada)
    challenge = await challenged(world, ada)

    await fails(world, challenge, code=nothing)
    await fails(world, challenge, recovery_code=nothing)
    with pytest.raises(mfa_exceptions.MfaInvalidCode):
        await step_up(world, actor, nothing)


async def test_somebody_elses_code_is_wrong(world: World) -> None:
    ada, eve = await world.user(), await world.user()
    await secured(world, ada)
    theirs, codes, _ = await secured(world, eve)
    challenge = await challenged(world, ada)

    await fails(world, challenge, code=theirs.code())
    await fails(world, challenge, recovery_code=codes[0])


async def test_a_wrong_code_is_written_down_without_it(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    challenge = await challenged(world, ada)
    world.forget()

    await fails(world, challenge, code=app.wrong())

    [row] = world.audited
    assert (row.action, row.target_id, row.outcome) == ("auth.mfa_failed", ada.id, "failure")
    assert row.metadata == {"method": "totp"}


async def test_a_challenge_is_tried_five_times(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    challenge = await challenged(world, ada)
    for _ in range(5):
        await fails(world, challenge, code=app.wrong())

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await complete(world, challenge, code=app.code())


async def test_new_challenges_do_not_buy_more_guesses(world: World) -> None:
    ada, bob = await world.user(), await world.user()
    app, codes, actor = await secured(world, ada)
    his, _, _ = await secured(world, bob)
    for _ in range(5):
        await fails(world, await challenged(world, ada), code=app.wrong())

    challenge = await challenged(world, ada)
    for code in ({"code": app.code()}, {"recovery_code": codes[0]}):
        with pytest.raises(RateLimited):
            await complete(world, challenge, **code)
    with pytest.raises(RateLimited):
        await step_up(world, actor, app.code())
    await complete(world, await challenged(world, bob), code=his.code())
    world.clock.forward(minutes=15)
    await complete(world, await challenged(world, ada), code=app.code())


async def test_whoever_is_guessed_at_is_told_once(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    for _ in range(5):
        await fails(world, await challenged(world, ada), code=app.wrong())
    world.forget()

    for _ in range(3):
        with pytest.raises(RateLimited):
            await complete(world, await challenged(world, ada), code=app.wrong())

    [letter] = world.letters
    assert (letter.template, letter.to) == ("accounts/codes_guessed", ada.email)


async def test_only_failures_count(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)

    for _ in range(12):
        await complete(world, await challenged(world, ada), code=app.code())
        world.clock.forward(seconds=30)


async def test_a_challenge_runs_out(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    challenge = await challenged(world, ada)
    world.clock.forward(minutes=5)

    for dead in (challenge, "made up", ""):
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await complete(world, dead, code=app.code())


async def test_other_tokens_are_no_challenge(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    forgot = schemas.RequestPasswordReset(email=ada.email)
    await world.use(service.RequestPasswordReset)(forgot, factories.anonymous())
    reset = await world.mailed_token(ada.email)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await complete(world, reset.get_secret_value(), code=app.code())


async def test_a_password_that_was_changed_meanwhile_proves_nothing(world: World) -> None:
    ada = await world.user()
    app, _, actor = await secured(world, ada)
    challenge = await challenged(world, ada)
    world.clock.forward(seconds=1)
    change = schemas.ChangePassword(
        current_password=SecretStr(PASSWORD), new_password=SecretStr(OTHER_PASSWORD)
    )
    await world.use(service.ChangePassword)(change, actor)

    with pytest.raises(exceptions.TokenInvalidOrExpired):
        await complete(world, challenge, code=app.code())
    again = await challenged(world, ada, password=OTHER_PASSWORD)
    await complete(world, again, code=app.code())


async def test_who_is_suspended_meanwhile_stays_out(world: World) -> None:
    ada = await world.user()
    app, _, _ = await secured(world, ada)
    challenge = await challenged(world, ada)
    suspend = schemas.UserStanding(user_id=ada.id, status="suspended")
    await world.use(service.SetUserStatus)(suspend, OPERATOR)

    with pytest.raises(exceptions.AccountSuspended):
        await complete(world, challenge, code=app.code())
    assert await sessions(world, ada) == []


async def test_a_code_is_asked_for_after_a_password_reset_too(world: World) -> None:
    """ASVS 6.4.3."""
    ada = await world.user()
    await secured(world, ada)
    forgot = schemas.RequestPasswordReset(email=ada.email)
    await world.use(service.RequestPasswordReset)(forgot, factories.anonymous())
    command = schemas.ResetPassword(
        token=await world.mailed_token(ada.email), new_password=SecretStr(OTHER_PASSWORD)
    )
    await world.use(service.ResetPassword)(command, factories.anonymous())

    await challenged(world, ada, password=OTHER_PASSWORD)


@pytest.mark.parametrize(
    "fields", [{}, {"code": "1", "recovery_code": "2"}, {"code": None, "recovery_code": None}]
)
def test_exactly_one_code_is_sent(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="exactly one of code, recovery_code"):
        mfa.CompleteMfaChallenge.model_validate({"challenge_token": "x"} | fields)


# --- Proving again who one is ---------------------------------------------------------------------


async def test_a_code_makes_the_session_fresh_and_strong(world: World) -> None:
    ada = await world.user()
    app, _, actor = await secured(world, ada)
    weak = factories.session(await world.found(ada), created_at=world.clock.now())
    await world.container.sessions().add(weak)
    world.clock.forward(hours=1)
    world.forget()

    fresh = await step_up(world, actor.evolve(session_id=weak.id), app.code())

    credentials = schemas.Credentials(access_token=fresh.access_token)
    proven = await world.use(service.Authenticate)(credentials, factories.anonymous())
    assert (proven.actor.session_id, proven.actor.strong) == (weak.id, True)
    assert proven.actor.authenticated_at == world.clock.now()
    [row] = world.audited
    assert (row.action, row.target_id) == ("auth.reauthenticated", weak.id)


async def test_a_code_does_not_prove_twice(world: World) -> None:
    app, _, actor = await secured(world, await world.user())
    await step_up(world, actor, app.code())

    with pytest.raises(mfa_exceptions.MfaInvalidCode):
        await step_up(world, actor, app.code())


async def test_who_has_no_app_proves_nothing_by_a_code(world: World) -> None:
    actor = await world.signed_in(await world.user())

    with pytest.raises(mfa_exceptions.MfaInvalidCode):
        await step_up(world, actor, "123456")


async def test_only_ones_own_session_can_be_renewed(world: World) -> None:
    app, _, actor = await secured(world, await world.user())

    for foreign in (
        actor.evolve(impersonator_id=factories.new_id()),
        actor.evolve(scope_organization_id=factories.new_id()),
    ):
        with pytest.raises(PermissionDenied):
            await step_up(world, foreign, app.code())
    with pytest.raises(AuthenticationRequired):
        await step_up(world, factories.anonymous(), app.code())
    with pytest.raises(exceptions.SessionRevoked):
        await step_up(world, Actor(kind="user", user_id=actor.user_id), app.code())
