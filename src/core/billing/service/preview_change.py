from core.billing import constants, exceptions, ports, provider, ranking, schemas
from core.billing.changes import sold
from core.billing.models import Preview
from core.models import Actor
from core.service import UseCase


class PreviewChange(UseCase):
    """See what another price or quantity would cost, now and each time, before asking for it."""

    subscriptions: ports.Subscriptions
    catalogues: ports.Catalogues
    subscription_reader: provider.SubscriptionReader

    async def __call__(self, command: schemas.PreviewChange, actor: Actor) -> Preview:
        organization_id = actor.require(constants.BILLING_READ)
        living = ranking.living(await self.subscriptions.of(organization_id))
        if not living:
            raise exceptions.NoSubscription
        price_id = None
        if command.price_lookup_key is not None:
            _, _, price_id = sold(await self.catalogues.newest(), command.price_lookup_key)
        return await self.subscription_reader.preview(
            living[0].subscription,
            price_id=price_id,
            quantity=command.quantity,
            proration=command.proration,
        )
