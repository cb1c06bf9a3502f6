from core.billing import constants, exceptions, policies, ports, provider, schemas
from core.billing.convergence import Convergence
from core.models import Actor
from core.ports import AuditLog, Ids, Transaction
from core.service import UseCase


class ChoosePaymentMethod(UseCase):
    """Pay by this payment method from now on."""

    billing_accounts: ports.Accounts
    payment_methods: provider.PaymentMethods
    convergence: Convergence
    audit: AuditLog
    transaction: Transaction
    ids: Ids

    async def __call__(self, command: schemas.PaymentMethodReference, actor: Actor) -> None:
        organization_id = actor.require(constants.BILLING_WRITE)
        account = await policies.paying(self.billing_accounts, organization_id)
        customer_id = account.customer_id or ""
        if command.id not in {one.id for one in await self.payment_methods.of(customer_id)}:
            raise exceptions.PaymentMethodNotFound
        await self.payment_methods.choose(
            customer_id, command.id, key=f"core:{self.ids.new()}:choose"
        )
        async with self.transaction():
            await self.audit.record(actor, "billing.payment_method_chosen")
        await self.convergence(account)
