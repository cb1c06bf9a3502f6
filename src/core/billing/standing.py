from datetime import datetime

from core.billing import access, entitlements, ports, ranking, schemas
from core.billing.access import Access
from core.billing.catalogue import Catalogue, Plan
from core.billing.config import BillingConfig
from core.billing.models import Account, Mirrored
from core.models import OrganizationId
from core.ports import Clock
from core.service import Collaborator


class BillingStanding(Collaborator):
    """Where an organization stands: what it pays for, and what it may use for that."""

    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    catalogues: ports.Catalogues
    billing_config: BillingConfig
    clock: Clock

    async def view(self, organization_id: OrganizationId) -> schemas.BillingView:
        account = await self.billing_accounts.get(organization_id)
        account = account or Account(organization_id=organization_id)
        counts = ranking.current(await self.subscriptions.of(organization_id))
        members = await self.billing_accounts.members(organization_id)
        catalogue = await self.catalogue()
        if counts is None:
            reason = "free" if catalogue.free else "no_subscription"
            told = Access(granted=catalogue.free is not None, reason=reason)
            seats = schemas.SeatsView(used=members, billed=None, limit=None)
            return schemas.BillingView.of(account, None, seats, told)
        sold = catalogue.sold_as(counts.subscription.lookup_key)
        shown = schemas.SubscriptionView.of(counts, sold[0] if sold else None)
        told = access.access(counts, self.clock.now(), self.billing_config)
        seats = _seats(members, counts, sold[0] if sold else None)
        return schemas.BillingView.of(account, shown, seats, told)

    async def entitlements(
        self, organization_id: OrganizationId
    ) -> dict[str, entitlements.Entitlement]:
        standing = entitlements.Standing(
            subscriptions=tuple(ranking.ranked(await self.subscriptions.of(organization_id))),
            overrides=tuple(await self.subscriptions.overrides(organization_id)),
        )
        return entitlements.granted(
            standing, await self.catalogue(), self.billing_config, self.clock.now()
        )

    async def catalogue(self) -> Catalogue:
        applied = await self.catalogues.newest()
        return applied.catalogue if applied else Catalogue()

    async def seat_limit(self, organization_id: OrganizationId) -> int | None:
        """Return how many seats were paid for in advance; None: people may join as they like."""
        catalogue = await self.catalogue()
        if not any(plan.seats == "prepaid" for plan in catalogue.plans):
            return None
        for one in ranking.living(await self.subscriptions.of(organization_id)):
            sold = catalogue.sold_as(one.subscription.lookup_key)
            return _seats(0, one, sold[0] if sold else None).limit
        return None

    async def seats_drifted(self, organization_id: OrganizationId) -> bool:
        """Tell whether other seats are paid for than there are members, where they are counted."""
        catalogue = await self.catalogue()
        if not any(plan.seats == "per_member" for plan in catalogue.plans):
            return False
        for one in ranking.living(await self.subscriptions.of(organization_id))[:1]:
            sold, main = catalogue.sold_as(one.subscription.lookup_key), one.subscription.main
            if sold is None or main is None or sold[0].seats != "per_member":
                return False
            members = await self.billing_accounts.members(organization_id)
            return main.quantity != max(members, 1)
        return False

    async def period(self, organization_id: OrganizationId) -> datetime:
        """Return since when an allowance counts: the period that is paid for, or this month."""
        now = self.clock.now()
        counts = ranking.current(await self.subscriptions.of(organization_id))
        main = counts.subscription.main if counts else None
        if main is not None and main.period_start and (main.period_end or now) > now:
            return main.period_start
        return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _seats(members: int, counts: Mirrored, plan: Plan | None) -> schemas.SeatsView:
    main = counts.subscription.main
    billed = main.quantity if main and plan and plan.seats != "none" else None
    limit = billed if plan and plan.seats == "prepaid" else None
    return schemas.SeatsView(used=members, billed=billed, limit=limit)
