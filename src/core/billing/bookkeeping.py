from collections.abc import Iterable
from datetime import datetime

from core.billing import ports, revenue
from core.billing.catalogue import Catalogue
from core.billing.events import MrrChanged
from core.billing.models import Mirrored
from core.models import OrganizationId
from core.ports import Events
from core.service import Collaborator


class Bookkeeping(Collaborator):
    """Writes down how what an organization pays a month moved, and tells it, once each time.

    It is compared with all that was written down, not with the mirror before: that may be thrown
    away. Whoever calls holds the customer's lock, and a transaction.
    """

    movements: ports.Movements
    events: Events

    async def __call__(
        self,
        organization_id: OrganizationId,
        before: Iterable[Mirrored],
        after: Iterable[Mirrored],
        catalogue: Catalogue,
        now: datetime,
    ) -> None:
        known = await self.movements.mrr(organization_id)
        moved = list(revenue.movements(known, revenue.monthly(after, catalogue)))
        await self.movements.add(organization_id, moved, now)
        plans = [_plan(each, catalogue) for each in (before, after)]
        for one in moved:
            await self.events.publish(
                MrrChanged(
                    organization_id=organization_id,
                    plan_before=plans[0],
                    plan_after=plans[1],
                    at=now,
                    **one.model_dump(),
                )
            )


def _plan(mirrored: Iterable[Mirrored], catalogue: Catalogue) -> str | None:
    paid = next(iter(revenue.earning(mirrored)), None)
    sold = catalogue.sold_as(paid.subscription.lookup_key) if paid else None
    return sold[0].key if sold else None
