from core.billing import exceptions, policies, ports, provider, schemas
from core.billing.convergence import Convergence
from core.billing.standing import BillingStanding
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class LinkCustomer(UseCase):
    """Have an organization pay as a customer who is at the provider already."""

    billing_accounts: ports.Accounts
    customers: provider.Customers
    convergence: Convergence
    standing: BillingStanding
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.LinkCustomer, actor: Actor) -> schemas.BillingView:
        actor.require_platform("operator")
        account = await policies.unlinked(self.billing_accounts, command.organization_id)
        customer = await self.customers.get(command.customer_id)
        if customer is None or customer.deleted:
            raise exceptions.CustomerGone
        if customer.organization_id not in {None, command.organization_id}:
            raise exceptions.CustomerTaken
        account = account.evolve(customer_id=customer.id)
        async with self.transaction():
            await self.billing_accounts.put(account)
            await self.audit.record(
                *(actor, "billing.customer_linked"),
                organization_id=command.organization_id,
                customer_id=customer.id,
            )
        await self.convergence(account)
        return await self.standing.view(command.organization_id)
