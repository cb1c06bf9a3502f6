from core.billing import constants, orders, ports, schemas
from core.billing.convergence import Convergence
from core.billing.models import Account
from core.billing.standing import BillingStanding
from core.billing.writes import Writes
from core.exceptions import CoreError
from core.models import Actor, OrganizationId
from core.service import UseCase
from core.telemetry import Metrics


class ReconcileBilling(UseCase):
    """Look at every customer again, whatever arrived about them; say of how many nobody could."""

    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    convergence: Convergence
    standing: BillingStanding
    writes: Writes
    metrics: Metrics

    async def __call__(self, job: schemas.ReconcileBilling, actor: Actor) -> int:
        after: OrganizationId | None = None
        failed = 0
        while page := await self.billing_accounts.page(after, limit=constants.BATCH):
            for account in page:
                try:
                    await self._look(account, actor)
                except CoreError:
                    failed += 1
            after = page[-1].organization_id
        return failed

    async def _look(self, account: Account, actor: Actor) -> None:
        before = await self.subscriptions.of(account.organization_id)
        await self.convergence(account)
        after = await self.subscriptions.of(account.organization_id)
        if [one.subscription for one in before] != [one.subscription for one in after]:
            self.metrics.count("billing_drift_total")
        if await self.standing.seats_drifted(account.organization_id):
            await self.writes(orders.Seats(), actor, account.organization_id)
