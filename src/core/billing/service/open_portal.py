from core.billing import constants, exceptions, policies, ports, provider, ranking, schemas
from core.billing.config import BillingConfig
from core.billing.models import PortalFlow, PortalOrder
from core.models import Actor, OrganizationId
from core.ports import Ids
from core.service import UseCase


class OpenPortal(UseCase, halts=True):
    """Open a page of the payment provider's where payments are looked after."""

    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    checkouts: provider.Checkouts
    billing_config: BillingConfig
    ids: Ids

    async def __call__(self, command: schemas.OpenPortal, actor: Actor) -> schemas.PortalView:
        organization_id = actor.require(constants.BILLING_WRITE)
        policies.check_return(command.return_url, self.billing_config)
        account = await policies.paying(self.billing_accounts, organization_id)
        order = PortalOrder(
            customer_id=account.customer_id or "",
            return_url=command.return_url,
            flow=command.flow,
            subscription_id=await self._subscription_id(command.flow, organization_id),
        )
        url = await self.checkouts.portal(order, key=f"core:{self.ids.new()}:portal")
        return schemas.PortalView(url=url)

    async def _subscription_id(
        self, flow: PortalFlow | None, organization_id: OrganizationId
    ) -> str | None:
        if flow is None or not flow.startswith("subscription"):
            return None
        living = ranking.living(await self.subscriptions.of(organization_id))
        if not living:
            raise exceptions.NoSubscription
        return living[0].subscription.id
