from core.billing import exceptions, orders, ports, provider, ranking
from core.billing.catalogue import Plan, Price
from core.billing.config import BillingConfig
from core.billing.models import (
    Account,
    AppliedCatalogue,
    Checkout,
    CheckoutOrder,
    Command,
    Subscription,
)
from core.ports import Clock
from core.service import Collaborator


class Changes(Collaborator):
    """Carries orders out at the provider, each request under a key of its command.

    Whoever calls holds the organization's lock: what is looked at here stays so.
    """

    checkouts: provider.Checkouts
    subscription_writer: provider.SubscriptionWriter
    invoices: provider.Invoices
    subscriptions: ports.Subscriptions
    invoice_mirror: ports.MirroredInvoices
    open_checkouts: ports.OpenCheckouts
    catalogues: ports.Catalogues
    billing_config: BillingConfig
    clock: Clock

    async def __call__(self, order: orders.Order, command: Command, account: Account) -> str | None:
        """Return the id of what came of it, if that is needed to answer."""
        match order:
            case orders.Checkout():
                return (await self._checkout(order, command, account)).id
            case orders.Pay():
                await self._pay(order, command)
            case orders.Change():
                await self._change(order, command)
            case _:
                await self._let(order, command)
        return None

    async def _checkout(
        self, order: orders.Checkout, command: Command, account: Account
    ) -> Checkout:
        """Open a page, unless one is open: there is one subscription at most to pay for."""
        if ranking.living(await self.subscriptions.of(command.organization_id)):
            raise exceptions.AlreadySubscribed
        opened = await self.open_checkouts.open(command.organization_id, self.clock.now())
        if opened is not None and opened.command_id == command.id:
            return opened  # by whoever died over this very command
        if opened is not None:
            told = await self.checkouts.get(opened.id)
            if told is not None and told.status == "complete":
                raise exceptions.AlreadySubscribed
            await self.checkouts.expire(opened.id, key=command.key("expire"))
            await self.open_checkouts.keep(
                command.organization_id, opened.evolve(status="expired", url=None)
            )
        plan, _, price_id = await self._sold(order.lookup_key)
        checkout = await self.checkouts.open(
            CheckoutOrder(
                customer_id=account.customer_id or "",
                price_id=price_id,
                quantity=order.quantity,
                trial_days=0 if account.trial_used_at else plan.trial_days,
                success_url=order.success_url,
                cancel_url=order.cancel_url,
                promotion_codes=order.promotion_codes,
                locale=order.locale,
                metadata=self.marks(command),
            ),
            key=command.key("checkout"),
        )
        checkout = checkout.evolve(command_id=command.id)
        await self.open_checkouts.keep(command.organization_id, checkout)
        return checkout

    async def _change(self, order: orders.Change, command: Command) -> None:
        subscription = await self._living(command)
        if subscription.status in {"past_due", "unpaid", "incomplete"}:
            raise exceptions.PastDueUnpaid
        lookup_key = order.lookup_key or subscription.lookup_key or ""
        _, _, price_id = await self._sold(lookup_key)
        quantity = order.quantity or (subscription.items[0].quantity if subscription.items else 1)
        if order.when == "period_end":
            await self.subscription_writer.schedule(
                subscription, price_id=price_id, quantity=quantity or 1, key=command.key("schedule")
            )
            return
        await self.subscription_writer.change(
            subscription,
            price_id=price_id if order.lookup_key else None,
            quantity=order.quantity,
            proration=order.proration,
            key=command.key("change"),
        )

    async def _let(self, order: orders.Order, command: Command) -> None:
        subscription, writer = await self._living(command), self.subscription_writer
        match order:
            case orders.Cancel(when=when):
                await writer.cancel(subscription, when=when, key=command.key("cancel"))
            case orders.SetPause(pause=pause):
                await writer.pause(subscription, pause, key=command.key("pause"))
            case orders.Keep() if subscription.schedule_id is not None:
                await writer.release(subscription, key=command.key("release"))
            case orders.Keep() if subscription.ends_at is not None:
                await writer.keep(subscription, key=command.key("keep"))
            case _:
                raise exceptions.NotResumable

    async def _pay(self, order: orders.Pay, command: Command) -> None:
        found = await self.invoice_mirror.some(command.organization_id, [order.invoice_id])
        if not found:
            raise exceptions.InvoiceNotFound
        if found[0].invoice.status != "open":
            raise exceptions.InvoiceNotPayable(invoice_status=found[0].invoice.status)
        await self.invoices.pay(order.invoice_id, key=command.key("pay"))

    async def _living(self, command: Command) -> Subscription:
        living = ranking.living(await self.subscriptions.of(command.organization_id))
        if not living:
            raise exceptions.NoSubscription
        return living[0].subscription

    async def _sold(self, lookup_key: str) -> tuple[Plan, Price, str]:
        return sold(await self.catalogues.newest(), lookup_key)

    def marks(self, command: Command) -> dict[str, str]:
        """Return what is noted on everything that is made at the provider."""
        return {
            "core_organization_id": str(command.organization_id),
            "core_command_id": str(command.id),
            "core_environment": self.billing_config.environment,
        }


def sold(applied: AppliedCatalogue | None, lookup_key: str) -> tuple[Plan, Price, str]:
    """Return what is sold at a price, and the provider's id of it."""
    found = applied.catalogue.sold_as(lookup_key) if applied else None
    if applied is None or found is None or not found[0].active:
        raise exceptions.UnknownPrice
    price_id = applied.price_ids.get(lookup_key)
    if price_id is None:
        raise exceptions.PriceNotReady
    return *found, price_id
