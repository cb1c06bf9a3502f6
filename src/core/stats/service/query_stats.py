from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas
from core.stats.answering import Trends


class QueryStats(UseCase):
    """Ask for numbers: how many, how much, how many different, over time and by group."""

    trends: Trends

    async def __call__(self, query: schemas.Query, actor: Actor) -> schemas.Answer:
        return await self.trends(query, actor.require(constants.STATS_READ))
