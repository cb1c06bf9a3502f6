from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas
from core.stats.answering import Retentions


class QueryRetention(UseCase):
    """See of those who were new in a day, week or month how many came back in which later one."""

    retentions: Retentions

    async def __call__(self, query: schemas.RetentionQuery, actor: Actor) -> schemas.RetentionView:
        return await self.retentions(query, actor.require(constants.STATS_READ))
