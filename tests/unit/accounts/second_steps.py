"""People with an authenticator app, and what they do with it."""

from typing import Any

import pyotp
import pytest
from pydantic import SecretStr

from core.accounts import exceptions, models, schemas
from core.accounts.mfa import schemas as mfa
from core.accounts.mfa import service as mfa_service
from core.models import Actor
from tests import factories
from tests.unit.accounts.world import World


class App:
    """An authenticator app on somebody's phone."""

    def __init__(self, world: World, secret: str) -> None:
        self._world = world
        self._totp = pyotp.TOTP(secret)

    def code(self, late: int = 0) -> str:
        """Return what it shows, or showed some steps ago, or will."""
        return self._totp.at(self._world.clock.now(), counter_offset=late)

    def wrong(self) -> str:
        near = {self.code(late) for late in range(-2, 3)}
        return next(code for number in range(9) if (code := f"{number:06}") not in near)


async def enroll(world: World, actor: Actor) -> App:
    enrolment = await world.use(mfa_service.EnrollTotp)(None, actor)
    return App(world, enrolment.secret)


async def confirm(world: World, actor: Actor, code: str) -> list[str]:
    command = mfa.ConfirmTotp(code=SecretStr(code))
    return (await world.use(mfa_service.ConfirmTotp)(command, actor)).recovery_codes


async def secured(world: World, user: models.User) -> tuple[App, list[str], Actor]:
    """Set up an app for somebody; return it, the recovery codes, and them in their session.

    The next step of time has begun: the code that confirmed is used up.
    """
    actor = await world.signed_in(user)
    app = await enroll(world, actor)
    codes = await confirm(world, actor, app.code())
    world.clock.forward(seconds=30)
    return app, codes, actor


async def challenged(world: World, user: models.User, **fields: Any) -> str:
    """Sign in with the password alone; return the challenge."""
    with pytest.raises(exceptions.MfaRequired) as asked:
        await world.log_in(user, **fields)
    assert asked.value.members["methods"] == ("totp", "recovery_code")
    return str(asked.value.members["challenge_token"])


async def complete(world: World, challenge: str, **code: str) -> schemas.TokenPair:
    """Finish it by a `code` or a `recovery_code`."""
    command = mfa.CompleteMfaChallenge.model_validate({"challenge_token": challenge} | code)
    return await world.use(mfa_service.CompleteMfaChallenge)(command, factories.anonymous())


async def step_up(world: World, actor: Actor, code: str) -> schemas.AccessToken:
    command = mfa.ReauthenticateByCode(code=SecretStr(code))
    return await world.use(mfa_service.ReauthenticateByCode)(command, actor)
