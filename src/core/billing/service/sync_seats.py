from core.billing import orders, schemas
from core.billing.standing import BillingStanding
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class SyncSeats(UseCase):
    """Pay for as many seats as there are members, if that is not so; tell whether it was not."""

    standing: BillingStanding
    writes: Writes

    async def __call__(self, job: schemas.SyncSeats, actor: Actor) -> bool:
        actor.require_platform("operator")
        if not await self.standing.seats_drifted(job.organization_id):
            return False
        await self.writes(orders.Seats(), actor, job.organization_id)
        return True
