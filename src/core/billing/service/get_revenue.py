from datetime import timedelta

from core.billing import ports, schemas
from core.models import Actor
from core.ports import Clock
from core.service import UseCase


class GetRevenue(UseCase):
    """See what all organizations pay a month, by currency, and how that moved lately."""

    movements: ports.Movements
    clock: Clock

    async def __call__(self, query: schemas.GetRevenue, actor: Actor) -> list[schemas.RevenueView]:
        actor.require_platform("operator")
        since = self.clock.now() - timedelta(days=query.days)
        moved = await self.movements.since(since)
        return [schemas.RevenueView.of(one, moved) for one in await self.movements.totals()]
