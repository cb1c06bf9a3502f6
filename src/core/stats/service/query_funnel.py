from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas
from core.stats.answering import Funnels


class QueryFunnel(UseCase):
    """See how many go how far of some steps, and where they are lost."""

    funnels: Funnels

    async def __call__(self, query: schemas.FunnelQuery, actor: Actor) -> schemas.FunnelView:
        return await self.funnels(query, actor.require(constants.STATS_READ))
