"""Somebody with an authenticator, and what it answers."""

from typing import Any

from core.accounts import schemas as people
from core.accounts.models import Session
from core.accounts.passkeys import models, schemas, service
from core.models import Actor
from tests import factories
from tests.authenticator import Authenticator
from tests.unit.accounts.world import World

ORIGIN = "http://127.0.0.1:8000"
OPTIONS = {
    "rp": {"id": "127.0.0.1"},
    "user": {"id": "AAAA"},
    "challenge": "AAAA",
    "excludeCredentials": [],
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
}
ANSWER: dict[str, Any] = {
    "response": {"clientDataJSON": "AAAA", "authenticatorData": "AAAA", "signature": "AAAA"}
}


class Desk:
    """Somebody at their device: what they press is carried out."""

    def __init__(self, world: World, **options: bool) -> None:
        self.world = world
        self.device = Authenticator(ORIGIN, **options)

    async def begin(self, actor: Actor) -> schemas.PasskeyChallenge:
        return await self.world.use(service.BeginPasskeyRegistration)(None, actor)

    async def register(
        self, actor: Actor, name: str | None = None, **lies: Any
    ) -> schemas.PasskeyView:
        begun = await self.begin(actor)
        return await self.send(actor, begun, self.device.create(begun.options, **lies), name)

    async def send(
        self,
        actor: Actor,
        begun: schemas.PasskeyChallenge,
        credential: dict[str, Any],
        name: str | None = None,
    ) -> schemas.PasskeyView:
        command = schemas.RegisterPasskey.model_validate(
            {"challenge_token": begun.challenge_token, "credential": credential, "name": name}
        )
        return await self.world.use(service.RegisterPasskey)(command, actor)

    async def challenged(self) -> schemas.PasskeyChallenge:
        return await self.world.use(service.BeginPasskeyLogin)(None, factories.anonymous())

    async def log_in(self, **lies: Any) -> people.TokenPair:
        command = await self.answer(**lies)
        return await self.world.use(service.LogInWithPasskey)(command, factories.anonymous())

    async def answer(self, **lies: Any) -> schemas.LogInWithPasskey:
        begun = await self.challenged()
        return signed(begun, self.device.get(begun.options, **lies))

    async def prove(self, actor: Actor, **lies: Any) -> people.AccessToken:
        command = await self.answer(**lies)
        return await self.world.use(service.ReauthenticateWithPasskey)(command, actor)


def signed(begun: schemas.PasskeyChallenge, credential: dict[str, Any]) -> schemas.LogInWithPasskey:
    return schemas.LogInWithPasskey.model_validate(
        {"challenge_token": begun.challenge_token, "credential": credential}
    )


def kept(world: World) -> list[models.Passkey]:
    return list(world.container.store().table(models.Passkey).values())


def sessions(world: World) -> int:
    return len(world.container.store().table(Session))
