from core.management.flags import constants, ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListFlags(UseCase):
    """See the feature flags, the newest first."""

    flags: ports.Flags

    async def __call__(self, query: schemas.ListFlags, actor: Actor) -> Page[schemas.FlagView]:
        organization_id = actor.require(constants.FLAGS_READ)
        found = await self.flags.page(organization_id, prefix=query.q or "", **query.window())
        return query.answer(found, schemas.FlagView.of)
