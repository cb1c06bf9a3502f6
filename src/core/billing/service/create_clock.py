from core.billing import exceptions, policies, ports, provider, schemas
from core.billing.changes import marks
from core.billing.config import BillingConfig
from core.billing.models import Customer
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase


class CreateClock(UseCase):
    """Let an organization that pays for nothing yet live in a time of its own at the provider."""

    billing_accounts: ports.Accounts
    test_clocks: provider.TestClocks
    billing_config: BillingConfig
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateClock, actor: Actor) -> schemas.ClockView:
        actor.require_platform("operator")
        if self.billing_config.live:
            raise exceptions.ClocksForbidden
        account = await policies.unlinked(self.billing_accounts, command.organization_id)
        made = await self.test_clocks.create(
            command.name, self.clock.now(), key=f"core:{self.ids.new()}:clock"
        )
        about = Customer(
            id="",
            organization_id=command.organization_id,
            email=account.email,
            name=account.name,
        )
        noted = marks(command.organization_id, self.billing_config)
        customer = await self.test_clocks.admit(made.id, about, noted)
        async with self.transaction():
            await self.billing_accounts.put(account.evolve(customer_id=customer.id))
            await self.audit.record(
                *(actor, "billing.clock_created"), organization_id=command.organization_id
            )
        return schemas.ClockView.of(made)
