from core.billing import constants, policies, ports, provider, schemas
from core.models import Actor
from core.ports import Ids
from core.service import UseCase


class BeginPaymentMethod(UseCase, halts=True):
    """Get the secret with which a page adds a payment method; no card data comes past us."""

    billing_accounts: ports.Accounts
    payment_methods: provider.PaymentMethods
    ids: Ids

    async def __call__(self, _: None, actor: Actor) -> schemas.SetupView:
        organization_id = actor.require(constants.BILLING_WRITE)
        account = await policies.paying(self.billing_accounts, organization_id)
        secret = await self.payment_methods.begin(
            account.customer_id or "", key=f"core:{self.ids.new()}:setup"
        )
        return schemas.SetupView(client_secret=secret)
