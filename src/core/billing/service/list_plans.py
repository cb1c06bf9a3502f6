from core.billing import ports, schemas
from core.models import Actor
from core.service import UseCase


class ListPlans(UseCase):
    """See what is sold. Anybody may."""

    catalogues: ports.Catalogues

    async def __call__(self, _: schemas.ListPlans, __: Actor) -> schemas.PlansView:
        applied = await self.catalogues.newest()
        if applied is None:
            return schemas.PlansView(plans=[])
        plans = sorted(applied.catalogue.plans, key=lambda plan: plan.rank)
        return schemas.PlansView(
            version=applied.version,
            free=applied.catalogue.free,
            plans=[plan for plan in plans if plan.active],
        )
