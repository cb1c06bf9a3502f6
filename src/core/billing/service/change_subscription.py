from core.billing import constants, orders, schemas
from core.billing.standing import BillingStanding
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class ChangeSubscription(UseCase):
    """Pay for another plan or another quantity, now or when the period ends.

    What must be paid at once has not happened while its payment is on its way.
    """

    writes: Writes
    standing: BillingStanding

    async def __call__(
        self, command: schemas.Ordered[schemas.ChangeSubscription], actor: Actor
    ) -> schemas.BillingView | schemas.PaymentView:
        organization_id = actor.require(constants.BILLING_WRITE)
        order = orders.Change(
            lookup_key=command.asked.price_lookup_key,
            **command.asked.model_dump(exclude={"price_lookup_key"}),
        )
        done = await self.writes(order, actor, organization_id, command.idempotency_key)
        if payment := await self.writes.awaited(done):
            return schemas.PaymentView.of(payment)
        return await self.standing.view(organization_id)
