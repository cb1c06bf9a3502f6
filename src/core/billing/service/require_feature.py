from core.billing import constants, exceptions, schemas
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class RequireFeature(UseCase):
    """Let nobody past whose plan does not include a feature; raise FeatureNotInPlan."""

    standing: BillingStanding

    async def __call__(
        self, reference: schemas.EntitlementReference, actor: Actor
    ) -> schemas.EntitlementView:
        given = await self.standing.entitlements(actor.require(constants.ENTITLEMENTS_READ))
        view = schemas.EntitlementView.of(reference.feature, given.get(reference.feature))
        if not view.has_access:
            plans = sorted((await self.standing.catalogue()).plans, key=lambda plan: plan.rank)
            has = [plan.key for plan in plans if plan.active and reference.feature in plan.features]
            raise exceptions.FeatureNotInPlan(feature=reference.feature, plans=has)
        return view
