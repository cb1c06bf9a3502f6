from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas
from core.stats.answering import Usages


class QueryMeter(UseCase):
    """See what a meter added up: at once, however much happened.

    Where a range does not begin and end with a quarter of an hour the events are added up instead;
    the answer is the same.
    """

    usages: Usages

    async def __call__(self, query: schemas.MeterUsage, actor: Actor) -> schemas.Answer:
        return await self.usages(query, actor.require(constants.STATS_READ))
