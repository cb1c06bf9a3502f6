from core.billing import constants, exceptions, ports, schemas
from core.billing.catalogue import Allowance
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class GetEntitlement(UseCase):
    """See whether the organization may use a feature, and how much of it is left."""

    standing: BillingStanding
    meters: ports.Meters

    async def __call__(
        self, reference: schemas.EntitlementReference, actor: Actor
    ) -> schemas.EntitlementView:
        organization_id, key = actor.require(constants.ENTITLEMENTS_READ), reference.feature
        given = (await self.standing.entitlements(organization_id)).get(key)
        if given is None:
            plans = (await self.standing.catalogue()).plans
            if not any(key in plan.features for plan in plans):
                raise exceptions.FeatureNotFound
            return schemas.EntitlementView.of(key, None)
        if not isinstance(given.feature, Allowance):
            return schemas.EntitlementView.of(key, given)
        since = await self.standing.period(organization_id)
        used = await self.meters.used(organization_id, given.feature.meter, since)
        return schemas.EntitlementView.of(key, given, used)
