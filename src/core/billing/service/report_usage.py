from datetime import datetime

from core.billing import constants, ports, provider, ranking, schemas
from core.billing.config import BillingConfig
from core.billing.models import Account, Subscription, UsageReport
from core.exceptions import CoreError
from core.models import Actor, OrganizationId
from core.ports import Clock
from core.service import UseCase


class ReportUsage(UseCase):
    """Put what was used on the bills of those who pay by usage, each hour once it is over.

    An hour has a name of its own: told again after a crash, it counts once.
    """

    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    catalogues: ports.Catalogues
    meters: ports.Meters
    usage_reports: provider.UsageReports
    billing_config: BillingConfig
    clock: Clock

    async def __call__(self, job: schemas.ReportUsage, actor: Actor) -> int:
        if not self.billing_config.enabled:
            return 0
        settled = self.clock.now() - constants.USAGE_SETTLES
        until = settled.replace(minute=0, second=0, microsecond=0)
        after: OrganizationId | None = None
        told = 0
        while page := await self.billing_accounts.page(after, limit=constants.BATCH):
            for account in page:
                told += await self._report(account, until)
            after = page[-1].organization_id
        return told

    async def _report(self, account: Account, until: datetime) -> int:
        told = 0
        for one in ranking.living(await self.subscriptions.of(account.organization_id))[:1]:
            begin = account.usage_until or one.subscription.created_at
            since = begin.replace(minute=0, second=0, microsecond=0)
            meters = await self._meters(one.subscription)
            if not meters or since >= until:
                continue
            try:
                for meter in meters:
                    told += await self._tell(account, meter, since, until)
            except CoreError:
                return told  # what was not taken is told again with the next hour
            await self.billing_accounts.put(account.evolve(usage_until=until))
        return told

    async def _tell(self, account: Account, meter: str, since: datetime, until: datetime) -> int:
        organization_id = account.organization_id
        hours = await self.meters.hours(organization_id, meter, since, until)
        for hour, value in hours:
            await self.usage_reports.report(
                UsageReport(
                    id=f"{organization_id}:{meter}:{hour:%Y%m%dT%H}"[:100],
                    customer_id=account.customer_id or "",
                    meter=meter,
                    value=value,
                    at=hour,
                )
            )
        return len(hours)

    async def _meters(self, subscription: Subscription) -> list[str]:
        """Return what somebody pays for by usage."""
        applied = await self.catalogues.newest()
        sold = [
            applied.catalogue.sold_as(item.lookup_key) if applied else None
            for item in subscription.items
        ]
        return [one[1].meter for one in sold if one is not None and one[1].meter is not None]
