from core.billing import constants, orders, schemas
from core.billing.standing import BillingStanding
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class ResumeSubscription(UseCase):
    """Take back a cancellation, or a change, that has not come yet."""

    writes: Writes
    standing: BillingStanding

    async def __call__(self, command: schemas.Ordered[None], actor: Actor) -> schemas.BillingView:
        organization_id = actor.require(constants.BILLING_WRITE)
        order = orders.Keep()
        await self.writes(order, actor, organization_id, command.idempotency_key)
        return await self.standing.view(organization_id)
