from core.billing import constants, policies, ports, provider, schemas
from core.billing.config import BillingConfig
from core.models import Actor
from core.ports import Ids
from core.service import UseCase


class OpenPortal(UseCase):
    """Open a page of the payment provider's where payments are looked after."""

    billing_accounts: ports.Accounts
    checkouts: provider.Checkouts
    billing_config: BillingConfig
    ids: Ids

    async def __call__(self, command: schemas.OpenPortal, actor: Actor) -> schemas.PortalView:
        organization_id = actor.require(constants.BILLING_WRITE)
        policies.check_return(command.return_url, self.billing_config)
        account = await policies.paying(self.billing_accounts, organization_id)
        url = await self.checkouts.portal(
            account.customer_id or "", command.return_url, key=f"core:{self.ids.new()}:portal"
        )
        return schemas.PortalView(url=url)
