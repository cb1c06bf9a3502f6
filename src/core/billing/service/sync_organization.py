from core.billing import policies, ports, schemas
from core.billing.convergence import Convergence
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class SyncOrganization(UseCase):
    """Look at an organization's customer again, right now."""

    billing_accounts: ports.Accounts
    convergence: Convergence
    standing: BillingStanding

    async def __call__(
        self, command: schemas.SyncOrganization, actor: Actor
    ) -> schemas.BillingView:
        actor.require_platform("operator")
        await self.convergence(
            await policies.paying(self.billing_accounts, command.organization_id)
        )
        return await self.standing.view(command.organization_id)
