from core.billing import constants, orders, schemas
from core.billing.standing import BillingStanding
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class PayInvoice(UseCase):
    """Pay an open invoice with the default payment method."""

    writes: Writes
    standing: BillingStanding

    async def __call__(
        self, command: schemas.Ordered[schemas.InvoiceReference], actor: Actor
    ) -> schemas.BillingView | schemas.PaymentView:
        organization_id = actor.require(constants.BILLING_WRITE)
        order = orders.Pay(invoice_id=command.asked.id)
        done = await self.writes(order, actor, organization_id, command.idempotency_key)
        if payment := await self.writes.awaited(done):
            return schemas.PaymentView.of(payment)
        return await self.standing.view(organization_id)
