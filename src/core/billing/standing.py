from core.billing import access, entitlements, ports, ranking, schemas
from core.billing.access import Access
from core.billing.catalogue import Catalogue
from core.billing.config import BillingConfig
from core.billing.models import Account
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
        catalogue = await self.catalogue()
        if counts is None:
            reason = "free" if catalogue.free else "no_subscription"
            told = Access(granted=catalogue.free is not None, reason=reason)
            return schemas.BillingView.of(account, None, told)
        sold = catalogue.sold_as(counts.subscription.lookup_key)
        shown = schemas.SubscriptionView.of(counts, sold[0] if sold else None)
        told = access.access(counts, self.clock.now(), self.billing_config)
        return schemas.BillingView.of(account, shown, told)

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
