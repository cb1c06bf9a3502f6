from core.billing import constants, exceptions, offers, ports, provider, ranking, schemas
from core.billing.models import Preview
from core.models import Actor
from core.service import UseCase


class PreviewChange(UseCase):
    """See what another price or quantity would cost, now and each time, before asking for it."""

    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    catalogues: ports.Catalogues
    subscription_reader: provider.SubscriptionReader

    async def __call__(self, command: schemas.PreviewChange, actor: Actor) -> Preview:
        organization_id = actor.require(constants.BILLING_READ)
        living = ranking.living(await self.subscriptions.of(organization_id))
        if not living:
            raise exceptions.NoSubscription
        subscription = living[0].subscription
        offer = offers.offered(
            await self.catalogues.newest(),
            command.price_lookup_key or subscription.lookup_key or "",
        )
        asked, main = command.quantity, subscription.main
        if asked is None and main is not None and offer.plan.seats != "per_member":
            asked = main.quantity
        members = await self.billing_accounts.members(organization_id)
        wanted = offer.wanted(offer.quantity(asked, members))
        return await self.subscription_reader.preview(subscription, wanted, command.proration)
