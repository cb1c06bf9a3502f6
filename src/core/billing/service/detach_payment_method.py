from core.billing import constants, exceptions, policies, ports, provider, ranking, schemas
from core.billing.convergence import Convergence
from core.models import Actor
from core.ports import AuditLog, Ids, Transaction
from core.service import UseCase


class DetachPaymentMethod(UseCase):
    """Remove a payment method; the last one stays while a subscription is paid by it."""

    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    payment_methods: provider.PaymentMethods
    convergence: Convergence
    audit: AuditLog
    transaction: Transaction
    ids: Ids

    async def __call__(self, command: schemas.PaymentMethodReference, actor: Actor) -> None:
        organization_id = actor.require(constants.BILLING_WRITE)
        account = await policies.paying(self.billing_accounts, organization_id)
        found = {one.id for one in await self.payment_methods.of(account.customer_id or "")}
        if command.id not in found:
            raise exceptions.PaymentMethodNotFound
        if len(found) == 1 and ranking.living(await self.subscriptions.of(organization_id)):
            raise exceptions.LastMethodInUse
        await self.payment_methods.detach(command.id, key=f"core:{self.ids.new()}:detach")
        async with self.transaction():
            await self.audit.record(actor, "billing.payment_method_detached")
        await self.convergence(account)
