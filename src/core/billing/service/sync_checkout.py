from core.billing import constants, exceptions, policies, ports, provider, schemas
from core.billing.convergence import Convergence
from core.billing.standing import BillingStanding
from core.models import Actor
from core.service import UseCase


class SyncCheckout(UseCase):
    """Come back from a payment page: look at what was paid, at once, and say where one stands."""

    billing_accounts: ports.Accounts
    open_checkouts: ports.OpenCheckouts
    checkouts: provider.Checkouts
    convergence: Convergence
    standing: BillingStanding

    async def __call__(
        self, command: schemas.CheckoutReference, actor: Actor
    ) -> schemas.BillingView:
        organization_id = actor.require(constants.BILLING_READ)
        known = await self.open_checkouts.get(organization_id, command.id)
        told = await self.checkouts.get(command.id) if known else None
        if known is None or told is None:
            raise exceptions.CheckoutNotFound
        if told.status != "complete":
            raise exceptions.CheckoutNotComplete(checkout_status=told.status)
        await self.open_checkouts.keep(organization_id, told.evolve(command_id=known.command_id))
        await self.convergence(await policies.paying(self.billing_accounts, organization_id))
        return await self.standing.view(organization_id)
