from core.billing import constants, policies, ports, provider, schemas
from core.models import Actor
from core.service import UseCase


class ListPaymentMethods(UseCase):
    """See how the organization can pay."""

    billing_accounts: ports.Accounts
    payment_methods: provider.PaymentMethods

    async def __call__(self, _: None, actor: Actor) -> schemas.PaymentMethodsView:
        organization_id = actor.require(constants.BILLING_READ)
        account = await policies.paying(self.billing_accounts, organization_id)
        found = await self.payment_methods.of(account.customer_id or "")
        return schemas.PaymentMethodsView(items=found)
