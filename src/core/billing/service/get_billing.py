from core.billing import constants, schemas
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class GetBilling(UseCase):
    """See where the organization stands: what it pays for, and whether that is granted now."""

    standing: BillingStanding

    async def __call__(self, _: None, actor: Actor) -> schemas.BillingView:
        return await self.standing.view(actor.require(constants.BILLING_READ))
