from core.billing import constants, orders, schemas
from core.billing.standing import BillingStanding
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class CancelSubscription(UseCase):
    """End the subscription, when its period does or at once."""

    writes: Writes
    standing: BillingStanding

    async def __call__(
        self, command: schemas.Ordered[schemas.CancelSubscription], actor: Actor
    ) -> schemas.BillingView:
        organization_id = actor.require(constants.BILLING_WRITE)
        order = orders.Cancel(when=command.asked.when, reason=command.asked.reason)
        await self.writes(order, actor, organization_id, command.idempotency_key)
        return await self.standing.view(organization_id)
