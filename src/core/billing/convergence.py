import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from core.billing import constants, differences, ports, provider, ranking
from core.billing.bookkeeping import Bookkeeping
from core.billing.catalogue import Catalogue
from core.billing.config import BillingConfig
from core.billing.events import SubscriptionChanged
from core.billing.models import (
    Account,
    Customer,
    Invoice,
    Mirrored,
    MirroredInvoice,
    PaymentMethod,
    Subscription,
)
from core.models import Actor, Model
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import Collaborator


class Found(Model):
    """What the provider says of a customer."""

    customer: Customer
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()


class Convergence(Collaborator):
    """Makes the mirror what the provider says.

    Whatever order news comes in, however often, and whoever else changes something: the lock is
    taken first, then the provider is asked, then what it said is written, and only then does the
    next one get the lock. Asked before the lock, an older answer could be written last.
    """

    customers: provider.Customers
    subscription_reader: provider.SubscriptionReader
    invoices: provider.Invoices
    refunds: provider.Refunds
    billing_accounts: ports.Accounts
    subscriptions: ports.Subscriptions
    invoice_mirror: ports.MirroredInvoices
    catalogues: ports.Catalogues
    bookkeeping: Bookkeeping
    keyed_lock: ports.KeyedLock
    billing_config: BillingConfig
    events: Events
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, account: Account) -> Account:
        """Look at an organization's customer again; one without a customer stays as it is."""
        if account.customer_id is None:
            return account
        async with self.keyed_lock(account.customer_id):
            found = await self.asked(account.customer_id)
            async with self.transaction():
                return await self.write(account, found)

    async def asked(self, customer_id: str) -> Found:
        """Ask the provider; a customer that is gone has nothing any more."""
        customer = await self.customers.get(customer_id)
        if customer is None or customer.deleted:
            return Found(customer=Customer(id=customer_id, deleted=True))
        subscriptions, invoices, refunds = await asyncio.gather(
            self.subscription_reader.of(customer_id),
            self.invoices.of(customer_id, limit=constants.INVOICES_AT_ONCE),
            self.refunds.of(customer_id),
        )
        gone: Counter[str | None] = Counter()
        for one in refunds:
            gone[one.invoice_id] += one.amount if one.counts else 0
        return Found(
            customer=customer,
            subscriptions=tuple(subscriptions),
            invoices=tuple(one.evolve(refunded=gone[one.id]) for one in invoices),
        )

    async def write(self, account: Account, found: Found) -> Account:
        """Write what was found and publish what that changes: inside the lock and a transaction."""
        now = self.clock.now()
        applied = await self.catalogues.newest()
        catalogue = applied.catalogue if applied else Catalogue()
        await self._write_subscriptions(account, found, catalogue, now)
        await self._write_invoices(account, found.invoices, now)
        synced = _synced(account, found, now)
        await self.billing_accounts.put(synced)
        return synced

    async def _write_subscriptions(
        self, account: Account, found: Found, catalogue: Catalogue, now: datetime
    ) -> None:
        before = {
            one.subscription.id: one for one in await self.subscriptions.of(account.organization_id)
        }
        told = {one.id: one for one in found.subscriptions}
        gone = {
            one.subscription.id: _ended(one.subscription, now)
            for one in before.values()
            if one.subscription.id not in told
        }
        after = {
            one.id: _mirrored(account, one, before.get(one.id), now)
            for one in (gone | told).values()
        }
        for one in after.values():
            await self.subscriptions.put(one)
        for event in differences.of_subscriptions(
            before, after, catalogue, self.billing_config, now
        ):
            await self.events.publish(event)
            if isinstance(event, SubscriptionChanged):
                await self._note(account, event)
        await self.bookkeeping(
            account.organization_id, before.values(), after.values(), catalogue, now
        )

    async def _note(self, account: Account, event: SubscriptionChanged) -> None:
        await self.audit.record(
            Actor(kind="system"),
            "subscription.changed",
            organization_id=account.organization_id,
            **event.model_dump(mode="json", exclude={"organization_id", "at"}),
        )

    async def _write_invoices(
        self, account: Account, invoices: Sequence[Invoice], now: datetime
    ) -> None:
        known = await self.invoice_mirror.some(
            account.organization_id, [one.id for one in invoices]
        )
        found = [
            MirroredInvoice(organization_id=account.organization_id, invoice=one, fetched_at=now)
            for one in invoices
        ]
        await self.invoice_mirror.put(found)
        for event in differences.of_invoices({one.invoice.id: one for one in known}, found, now):
            await self.events.publish(event)


def _mirrored(
    account: Account, subscription: Subscription, known: Mirrored | None, now: datetime
) -> Mirrored:
    since = known.past_due_since if known else None
    return Mirrored(
        organization_id=account.organization_id,
        subscription=subscription,
        past_due_since=(since or now) if subscription.status == "past_due" else None,
        fetched_at=now,
    )


def _ended(subscription: Subscription, now: datetime) -> Subscription:
    """Return what the provider knows no more as it is for us: over."""
    if subscription.status in ranking.TERMINAL:
        return subscription
    return subscription.evolve(status="canceled", ended_at=now, canceled_at=now)


def _synced(account: Account, found: Found, now: datetime) -> Account:
    customer = found.customer
    trials = [one.trial_start for one in found.subscriptions if one.trial_start is not None]
    if account.trial_used_at is not None:
        trials.append(account.trial_used_at)
    return account.evolve(
        customer_id=None if customer.deleted else customer.id,
        email=customer.email or account.email,
        name=customer.name or account.name,
        currency=customer.currency or account.currency,
        delinquent=customer.delinquent,
        payment_method=customer.payment_method or _paid_by(found.subscriptions),
        trial_used_at=min(trials, default=None),
        synced_at=now,
    )


def _paid_by(subscriptions: Sequence[Subscription]) -> PaymentMethod | None:
    """Return what a subscription has of its own that was begun on a page of the provider's."""
    alive = (one for one in subscriptions if one.status not in ranking.TERMINAL)
    return next((one.payment_method for one in alive if one.payment_method), None)
