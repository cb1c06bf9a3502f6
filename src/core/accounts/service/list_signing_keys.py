from core.accounts import ports, schemas
from core.models import Actor, Model, Page
from core.service import UseCase


class ListSigningKeys(UseCase):
    """List the keys that sign access tokens: for operators."""

    signing_keys: ports.SigningKeys

    async def __call__(self, _: Model | None, actor: Actor) -> Page[schemas.SigningKeyView]:
        actor.require_platform("operator")
        keys = await self.signing_keys.all()
        return Page(items=[schemas.SigningKeyView.of(key) for key in keys])
