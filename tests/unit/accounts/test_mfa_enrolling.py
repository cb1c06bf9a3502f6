"""EnrollTotp, ConfirmTotp, DisableTotp, RegenerateRecoveryCodes, GetMfaStatus, ResetUserMfa."""

import re
from typing import Any

import pytest

from core.accounts import exceptions, schemas
from core.accounts.mfa import exceptions as mfa_exceptions
from core.accounts.mfa import models, service
from core.exceptions import AuthenticationRequired, PermissionDenied, SecondFactorRequired
from core.models import Actor, OrganizationId, UserId
from core.service import UseCase
from tests import factories
from tests.unit.accounts.second_steps import challenged, complete, confirm, enroll, secured
from tests.unit.accounts.world import OPERATOR, World


async def status(world: World, actor: Actor) -> tuple[bool, int]:
    found = await world.use(service.GetMfaStatus)(None, actor)
    return found.totp, found.recovery_codes_left


async def test_an_app_counts_once_its_code_confirmed_that_it_works(world: World) -> None:
    ada = await world.user()
    actor, other = await world.signed_in(ada), await world.signed_in(ada)
    app = await enroll(world, actor)

    assert (await status(world, actor), (await world.found(ada)).mfa_enabled) == ((False, 0), False)
    await world.log_in(ada)
    world.forget()
    codes = await confirm(world, actor, f" {app.code()[:3]} {app.code()[3:]} ")

    assert await status(world, actor) == (True, 10)
    assert (await world.found(ada)).mfa_enabled
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[A-Z2-7]{5}-[A-Z2-7]{5}", code) for code in codes)
    live = await world.container.sessions().active(ada.id, world.clock.now())
    assert [(one.id, one.strong) for one in live] == [(actor.session_id, True)]
    assert live[0].amr == ("pwd", "otp", "mfa")
    ended = await world.container.sessions().find(other.session_id or live[0].id)
    assert ended is not None
    assert ended.session.revoke_reason == "mfa_changed"
    [row] = world.audited
    assert (row.action, row.target_id, row.metadata) == ("mfa.totp_enrolled", ada.id, {})
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/mfa_enabled")


async def test_what_the_app_is_told_is_kept_encrypted_alone(world: World) -> None:
    actor = await world.signed_in(await world.user())

    enrolment = await world.use(service.EnrollTotp)(None, actor)

    assert re.fullmatch(r"[A-Z2-7]{32}", enrolment.secret)
    assert enrolment.secret in enrolment.otpauth_uri
    assert enrolment.secret not in repr(enrolment)
    [kept] = world.container.store().table(models.TotpFactor).values()
    assert enrolment.secret.encode() not in kept.secret_box
    assert world.container.secret_box().decrypt(kept.secret_box).decode() == enrolment.secret
    assert [row.action for row in world.audited][-1] == "mfa.totp_enrolment_started"


async def test_a_code_that_is_wrong_confirms_nothing(world: World) -> None:
    actor = await world.signed_in(await world.user())
    with pytest.raises(mfa_exceptions.TotpNotEnabled):
        await confirm(world, actor, "123456")
    app = await enroll(world, actor)

    for code in (app.wrong(), app.code(2), "", "abcdef"):
        with pytest.raises(mfa_exceptions.MfaInvalidCode):
            await confirm(world, actor, code)

    assert await status(world, actor) == (False, 0)


async def test_a_second_enrolment_takes_the_place_of_an_unconfirmed_one(world: World) -> None:
    actor = await world.signed_in(await world.user())
    old, new = await enroll(world, actor), await enroll(world, actor)

    with pytest.raises(mfa_exceptions.MfaInvalidCode):
        await confirm(world, actor, old.code())
    await confirm(world, actor, new.code())


async def test_a_confirmed_app_is_not_replaced(world: World) -> None:
    app, _, actor = await secured(world, await world.user())

    with pytest.raises(mfa_exceptions.TotpAlreadyEnabled):
        await enroll(world, actor)
    with pytest.raises(mfa_exceptions.TotpAlreadyEnabled):
        await confirm(world, actor, app.code())


SENSITIVE: list[type[UseCase]] = [
    service.EnrollTotp,
    service.DisableTotp,
    service.RegenerateRecoveryCodes,
]


def name(case: object) -> str:
    return case.__name__ if isinstance(case, type) else ""


@pytest.mark.parametrize("use_case", SENSITIVE, ids=name)
async def test_what_decides_over_the_account_wants_a_fresh_proof(
    world: World, use_case: type[UseCase]
) -> None:
    _, _, actor = await secured(world, await world.user())
    world.clock.forward(minutes=11)
    ask: Any = world.use(use_case)

    with pytest.raises(exceptions.ReauthenticationRequired):
        await ask(None, actor)


@pytest.mark.parametrize("use_case", SENSITIVE, ids=name)
async def test_nobody_else_decides_over_the_account(world: World, use_case: type[UseCase]) -> None:
    _, _, actor = await secured(world, await world.user())
    ask: Any = world.use(use_case)

    for fields in (
        {"impersonator_id": UserId(factories.new_id())},
        {"scope_organization_id": OrganizationId(factories.new_id())},
        {"kind": "api_key"},
    ):
        with pytest.raises(PermissionDenied):
            await ask(None, actor.evolve(**fields))
    with pytest.raises(AuthenticationRequired):
        await ask(None, factories.anonymous(authenticated_at=world.clock.now()))


async def test_nobody_else_confirms(world: World) -> None:
    actor = await world.signed_in(await world.user())
    app = await enroll(world, actor)

    with pytest.raises(PermissionDenied):
        await confirm(world, actor.evolve(impersonator_id=factories.new_id()), app.code())


async def test_without_the_app_one_signs_in_as_before(world: World) -> None:
    ada = await world.user()
    app, _, actor = await secured(world, ada)
    other = await complete(world, await challenged(world, ada), code=app.code())
    world.forget()

    await world.use(service.DisableTotp)(None, actor)

    assert await status(world, actor) == (False, 0)
    assert not (await world.found(ada)).mfa_enabled
    assert world.container.store().table(models.RecoveryCode) == {}
    with pytest.raises(exceptions.SessionRevoked):
        await world.actor(other)
    [row] = world.audited
    assert (row.action, row.target_id) == ("mfa.totp_removed", ada.id)
    [letter] = world.letters
    assert letter.template == "accounts/mfa_disabled"
    assert (await world.log_in(ada)).user.mfa_enabled is False
    with pytest.raises(mfa_exceptions.TotpNotEnabled):
        await world.use(service.DisableTotp)(None, actor)


async def test_new_recovery_codes_end_the_old_ones(world: World) -> None:
    ada = await world.user()
    _, old, actor = await secured(world, ada)
    world.forget()

    new = (await world.use(service.RegenerateRecoveryCodes)(None, actor)).recovery_codes

    assert len({*old, *new}) == 20
    assert world.actions == ["mfa.recovery_codes_regenerated"]
    challenge = await challenged(world, ada)
    with pytest.raises(mfa_exceptions.MfaInvalidCode):
        await complete(world, challenge, recovery_code=old[0])
    await complete(world, challenge, recovery_code=new[0])
    assert await status(world, actor) == (True, 9)


async def test_there_are_no_recovery_codes_without_an_app(world: World) -> None:
    actor = await world.signed_in(await world.user())
    await enroll(world, actor)

    with pytest.raises(mfa_exceptions.TotpNotEnabled):
        await world.use(service.RegenerateRecoveryCodes)(None, actor)


async def test_an_operator_lets_in_who_lost_everything(world: World) -> None:
    ada = await world.user()
    _, _, actor = await secured(world, ada)
    world.forget()

    await world.use(service.ResetUserMfa)(schemas.UserReference(user_id=ada.id), OPERATOR)

    assert await status(world, actor) == (False, 0)
    assert await world.container.sessions().active(ada.id, world.clock.now()) == []
    [row] = world.audited
    assert (row.action, row.target_id, row.actor_kind) == ("admin.mfa_reset", ada.id, "cli")
    [letter] = world.letters
    assert (letter.to, letter.template) == (ada.email, "accounts/mfa_reset")
    assert (await world.log_in(ada)).user.id == ada.id


async def test_only_operators_reset_and_only_what_is_there(world: World) -> None:
    ada = await world.user()
    _, _, actor = await secured(world, ada)
    reset, command = world.use(service.ResetUserMfa), schemas.UserReference(user_id=ada.id)

    for nobody in (actor, factories.anonymous(), await world.operator("support")):
        with pytest.raises(PermissionDenied):
            await reset(command, nobody)
    with pytest.raises(SecondFactorRequired):
        await reset(command, (await world.operator()).evolve(strong=False))
    with pytest.raises(exceptions.UserNotFound):
        await reset(schemas.UserReference(user_id=UserId(factories.new_id())), OPERATOR)
    with pytest.raises(mfa_exceptions.TotpNotEnabled):
        other = await world.user()
        await reset(schemas.UserReference(user_id=other.id), OPERATOR)
    assert (await world.found(ada)).mfa_enabled
