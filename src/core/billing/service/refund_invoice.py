from core.billing import exceptions, orders, policies, ports, provider, schemas
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class RefundInvoice(UseCase):
    """Give back what was paid for an invoice, or a part of it; never more than is left of it."""

    billing_accounts: ports.Accounts
    refunds: provider.Refunds
    writes: Writes

    async def __call__(
        self, command: schemas.Ordered[schemas.RefundInvoice], actor: Actor
    ) -> schemas.RefundView:
        actor.require_platform("operator")
        asked = command.asked
        account = await policies.paying(self.billing_accounts, asked.organization_id)
        order = orders.Refund.model_validate(asked.model_dump(exclude={"organization_id"}))
        done = await self.writes(order, actor, asked.organization_id, command.idempotency_key)
        made = done.result.id if done.result else None
        for one in await self.refunds.of(account.customer_id or ""):
            if one.id == made:
                return schemas.RefundView.of(one)
        raise exceptions.ProviderNotFound
