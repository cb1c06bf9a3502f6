from core.billing import constants, exceptions, schemas
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class GetEntitlement(UseCase):
    """See whether the organization may use a feature, and how much of it."""

    standing: BillingStanding

    async def __call__(
        self, reference: schemas.EntitlementReference, actor: Actor
    ) -> schemas.EntitlementView:
        organization_id = actor.require(constants.ENTITLEMENTS_READ)
        given = await self.standing.entitlements(organization_id)
        if reference.feature not in given:
            plans = (await self.standing.catalogue()).plans
            if not any(reference.feature in plan.features for plan in plans):
                raise exceptions.FeatureNotFound
        return schemas.EntitlementView.of(reference.feature, given.get(reference.feature))
