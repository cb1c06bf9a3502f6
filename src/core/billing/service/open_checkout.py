from core.billing import constants, offers, orders, policies, ports, schemas
from core.billing.config import BillingConfig
from core.billing.exceptions import CheckoutNotFound
from core.billing.writes import Writes
from core.models import Actor
from core.service import UseCase


class OpenCheckout(UseCase):
    """Open a page of the payment provider's where the organization begins to pay for a plan.

    An older page that is still open is closed: of many at once one remains.
    """

    catalogues: ports.Catalogues
    open_checkouts: ports.OpenCheckouts
    writes: Writes
    billing_config: BillingConfig

    async def __call__(
        self, command: schemas.Ordered[schemas.OpenCheckout], actor: Actor
    ) -> schemas.CheckoutView:
        organization_id, asked = actor.require(constants.BILLING_WRITE), command.asked
        policies.check_return(asked.success_url, self.billing_config)
        policies.check_return(asked.cancel_url, self.billing_config)
        offers.offered(await self.catalogues.newest(), asked.price_lookup_key)
        order = orders.Checkout(
            lookup_key=asked.price_lookup_key,
            **asked.model_dump(exclude={"price_lookup_key"}),
        )
        done = await self.writes(order, actor, organization_id, command.idempotency_key)
        checkout_id = done.result.id if done.result else None
        checkout = await self.open_checkouts.get(organization_id, checkout_id or "")
        if checkout is None:
            raise CheckoutNotFound
        return schemas.CheckoutView.of(checkout)
