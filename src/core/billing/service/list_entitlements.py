from core.billing import constants, schemas
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class ListEntitlements(UseCase):
    """See everything that the organization may use."""

    standing: BillingStanding

    async def __call__(self, _: None, actor: Actor) -> schemas.EntitlementsView:
        given = await self.standing.entitlements(actor.require(constants.ENTITLEMENTS_READ))
        return schemas.EntitlementsView(
            items=[schemas.EntitlementView.of(key, given[key]) for key in sorted(given)]
        )
