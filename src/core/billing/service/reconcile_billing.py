from core.billing import constants, ports, schemas
from core.billing.convergence import Convergence
from core.exceptions import CoreError
from core.models import Actor, OrganizationId
from core.service import UseCase


class ReconcileBilling(UseCase):
    """Look at every customer again, whatever arrived about them; say of how many nobody could."""

    billing_accounts: ports.Accounts
    convergence: Convergence

    async def __call__(self, job: schemas.ReconcileBilling, actor: Actor) -> int:
        after: OrganizationId | None = None
        failed = 0
        while page := await self.billing_accounts.page(after, limit=constants.BATCH):
            for account in page:
                try:
                    await self.convergence(account)
                except CoreError:
                    failed += 1
            after = page[-1].organization_id
        return failed
