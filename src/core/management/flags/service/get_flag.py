from core.management.flags import constants, exceptions, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetFlag(UseCase):
    """See what a flag says, and to whom."""

    flags: ports.Flags

    async def __call__(self, query: schemas.FlagReference, actor: Actor) -> schemas.FlagView:
        found = await self.flags.get(actor.require(constants.FLAGS_READ), query.key)
        if found is None:
            raise exceptions.FlagNotFound
        return schemas.FlagView.of(found)
