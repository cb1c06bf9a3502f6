from core.billing import exceptions, offers, orders, ports, provider, ranking
from core.billing.config import BillingConfig
from core.billing.models import (
    Account,
    Checkout,
    CheckoutOrder,
    Command,
    Outcome,
    RefundOrder,
    Subscription,
)
from core.billing.offers import Offer
from core.models import OrganizationId
from core.ports import Clock
from core.service import Collaborator


class Changes(Collaborator):
    """Carries orders out at the provider, each request under a key of its command.

    Whoever calls holds the organization's lock: what is looked at here stays so.
    """

    checkouts: provider.Checkouts
    subscription_writer: provider.SubscriptionWriter
    invoices: provider.Invoices
    refunds: provider.Refunds
    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    invoice_mirror: ports.MirroredInvoices
    open_checkouts: ports.OpenCheckouts
    catalogues: ports.Catalogues
    billing_config: BillingConfig
    clock: Clock

    async def __call__(self, order: orders.Order, command: Command, account: Account) -> Outcome:
        match order:
            case orders.Checkout():
                return await self._checkout(order, command, account)
            case orders.Pay():
                return await self._pay(order, command)
            case orders.Change():
                return await self._change(order, command)
            case orders.Refund():
                return await self._refund(order, command, account)
            case orders.Seats():
                return await self._seats(command)
            case _:
                await self._let(order, command)
        return Outcome()

    async def _checkout(
        self, order: orders.Checkout, command: Command, account: Account
    ) -> Outcome:
        """Open a page, unless one is open: there is one subscription at most to pay for."""
        if ranking.living(await self.subscriptions.of(command.organization_id)):
            raise exceptions.AlreadySubscribed
        opened = await self.open_checkouts.open(command.organization_id, self.clock.now())
        if opened is not None and opened.command_id == command.id:
            return Outcome(id=opened.id)  # by whoever died over this very command
        if opened is not None:
            await self._close(opened, command)
        checkout = None
        if command.attempt:
            checkout = await self.checkouts.made_for(account.customer_id or "", command.id)
        if checkout is None:
            asked = await self._page(order, command, account)
            checkout = await self.checkouts.open(asked, key=command.key("checkout"))
        await self.open_checkouts.keep(
            command.organization_id, checkout.evolve(command_id=command.id)
        )
        return Outcome(id=checkout.id)

    async def _close(self, opened: Checkout, command: Command) -> None:
        told = await self.checkouts.get(opened.id)
        if told is not None and told.status == "complete":
            raise exceptions.AlreadySubscribed
        await self.checkouts.expire(opened.id, key=command.key("expire"))
        await self.open_checkouts.keep(
            command.organization_id, opened.evolve(status="expired", url=None)
        )

    async def _page(
        self, order: orders.Checkout, command: Command, account: Account
    ) -> CheckoutOrder:
        offer = await self._offer(order.lookup_key)
        members = await self.billing_accounts.members(command.organization_id)
        return CheckoutOrder(
            customer_id=account.customer_id or "",
            wanted=offer.wanted(offer.quantity(order.quantity, members)),
            trial_days=0 if account.trial_used_at else offer.plan.trial_days,
            command_id=command.id,
            metadata=self.marks(command),
            **order.model_dump(include={"success_url", "cancel_url", "promotion_codes", "locale"}),
        )

    async def _change(self, order: orders.Change, command: Command) -> Outcome:
        subscription = await self._paid_up(command)
        offer = await self._offer(order.lookup_key or subscription.lookup_key or "")
        members = await self.billing_accounts.members(command.organization_id)
        asked, main = order.quantity, subscription.main
        if asked is None and main is not None and offer.plan.seats != "per_member":
            asked = main.quantity
        wanted = offer.wanted(offer.quantity(asked, members))
        writer = self.subscription_writer
        if order.when == "period_end":
            await writer.schedule(
                subscription, wanted, offer.price.lookup_key, key=command.key("schedule")
            )
            return Outcome()
        if subscription.unpaid_invoice_id is not None:
            await self.invoices.void(subscription.unpaid_invoice_id, key=command.key("earlier"))
        changed = await writer.change(
            subscription, wanted, order.proration, key=command.key("change")
        )
        return await self._unpaid(changed, command)

    async def _unpaid(self, changed: Subscription, command: Command) -> Outcome:
        """Let a change wait for its payer; withdraw one that was declined."""
        invoice_id = changed.unpaid_invoice_id
        if invoice_id is None:
            return Outcome()
        payment = await self.invoices.payment(invoice_id)
        if payment.status == "declined":
            await self.invoices.void(invoice_id, key=command.key("void"))
            raise exceptions.CardDeclined(decline_code=payment.decline_code)
        return Outcome(invoice_id=invoice_id)

    async def _seats(self, command: Command) -> Outcome:
        """Have as many seats paid for as there are members, with the next bill."""
        living = ranking.living(await self.subscriptions.of(command.organization_id))
        subscription = living[0].subscription if living else None
        if subscription is None or subscription.lookup_key is None or subscription.main is None:
            return Outcome()
        offer = await self._offer(subscription.lookup_key)
        members = await self.billing_accounts.members(command.organization_id)
        if offer.plan.seats == "per_member" and subscription.main.quantity != max(members, 1):
            await self.subscription_writer.change(
                *(subscription, offer.wanted(max(members, 1)), "create_prorations"),
                key=command.key("seats"),
            )
        return Outcome()

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

    async def _pay(self, order: orders.Pay, command: Command) -> Outcome:
        found = await self.invoice_mirror.some(command.organization_id, [order.invoice_id])
        if not found:
            raise exceptions.InvoiceNotFound
        if found[0].invoice.status != "open":
            raise exceptions.InvoiceNotPayable(invoice_status=found[0].invoice.status)
        await self.invoices.pay(order.invoice_id, key=command.key("pay"))
        return Outcome(invoice_id=order.invoice_id)

    async def _refund(self, order: orders.Refund, command: Command, account: Account) -> Outcome:
        """Give back what is asked for, or all that is left: never more than was paid."""
        found = await self.invoice_mirror.some(command.organization_id, [order.invoice_id])
        if not found:
            raise exceptions.InvoiceNotFound
        known = await self.refunds.of(account.customer_id or "")
        ours = next((one for one in known if one.command_id == command.id), None)
        if ours is not None:
            return Outcome(id=ours.id)
        left = found[0].invoice.paid - sum(
            one.amount for one in known if one.invoice_id == order.invoice_id and one.counts
        )
        amount = left if order.amount is None else order.amount
        if not 0 < amount <= left:
            raise exceptions.RefundTooLarge(refundable=left)
        asked = RefundOrder(
            invoice_id=order.invoice_id,
            amount=amount,
            reason=order.reason,
            command_id=command.id,
            metadata=self.marks(command),
        )
        return Outcome(id=(await self.refunds.make(asked, key=command.key("refund"))).id)

    async def _paid_up(self, command: Command) -> Subscription:
        subscription = await self._living(command)
        if subscription.status in {"past_due", "unpaid", "incomplete"}:
            raise exceptions.PastDueUnpaid
        return subscription

    async def _living(self, command: Command) -> Subscription:
        living = ranking.living(await self.subscriptions.of(command.organization_id))
        if not living:
            raise exceptions.NoSubscription
        return living[0].subscription

    async def _offer(self, lookup_key: str) -> Offer:
        return offers.offered(await self.catalogues.newest(), lookup_key)

    def marks(self, command: Command) -> dict[str, str]:
        """Return what is noted on everything that is made at the provider."""
        return marks(command.organization_id, self.billing_config) | {
            "core_command_id": str(command.id)
        }


def marks(organization_id: OrganizationId, config: BillingConfig) -> dict[str, str]:
    """Return what says whose something is, and of which installation."""
    return {
        "core_organization_id": str(organization_id),
        "core_environment": config.environment,
    }
