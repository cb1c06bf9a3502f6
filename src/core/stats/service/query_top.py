from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas
from core.stats.answering import Tops


class QueryTop(UseCase):
    """See which values of a property are the most: of events, of an amount, of subjects."""

    tops: Tops

    async def __call__(self, query: schemas.TopQuery, actor: Actor) -> schemas.TopView:
        return await self.tops(query, actor.require(constants.STATS_READ))
