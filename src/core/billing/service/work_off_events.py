from collections.abc import Sequence
from datetime import datetime

from core.billing import backoff, ports, schemas
from core.billing.convergence import Convergence, Found
from core.billing.models import Account, InboxEvent
from core.exceptions import CoreError
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase
from core.telemetry import Metrics


class WorkOffEvents(UseCase):
    """Look at one customer again, for everything that arrived about them until now.

    However many events there are, the provider is asked once: none of them is believed, each only
    says that something may have changed.
    """

    inbox: ports.Inbox
    billing_accounts: ports.Accounts
    convergence: Convergence
    keyed_lock: ports.KeyedLock
    metrics: Metrics
    transaction: Transaction
    clock: Clock

    async def __call__(self, job: schemas.WorkOffEvents, actor: Actor) -> int:
        async with self.keyed_lock(job.lock_key):
            pending = await self.inbox.pending(job.lock_key, self.clock.now())
            if not pending:
                return 0
            customer_id = pending[0].event.customer_id
            if customer_id is None:
                await self._settle(pending, "ignored")
                return 0
            try:
                return await self._look(pending, customer_id)
            except CoreError as error:
                await self._put_off(pending, error.code)
                return 0
            except Exception:
                await self._put_off(pending, "crash")  # over an answer that we can't read
                raise

    async def _look(self, pending: Sequence[InboxEvent], customer_id: str) -> int:
        found = await self.convergence.asked(customer_id)
        account = await self._whose(found, customer_id)
        if account is None:
            await self._put_off(pending, "unknown_customer")
            return 0
        async with self.transaction():
            await self.convergence.write(account, found)
            await self._settle(pending, "processed")
        return len(pending)

    async def _whose(self, found: Found, customer_id: str) -> Account | None:
        """Return whose customer it is: as we know, or as was noted on it when we made it."""
        known = await self.billing_accounts.of_customer(customer_id)
        organization_id = found.customer.organization_id
        if known is not None or organization_id is None:
            return known
        account = await self.billing_accounts.get(organization_id)
        account = account or await self.billing_accounts.contact(organization_id)
        if account is not None and account.customer_id is None:
            return account.evolve(customer_id=customer_id)
        return None

    async def _settle(self, events: Sequence[InboxEvent], status: str) -> None:
        now = self.clock.now()
        for one in events:
            await self.inbox.settle(one.evolve(status=status, processed_at=now, error=None))
            self.metrics.observe(
                "billing_event_lag_seconds", (now - one.received_at).total_seconds()
            )
        self.metrics.count("billing_events_total", len(events), outcome=status)

    async def _put_off(self, events: Sequence[InboxEvent], code: str) -> None:
        now: datetime = self.clock.now()
        for one in events:
            later = backoff.put_off(one, code, now)
            await self.inbox.settle(later)
            outcome = "dead" if later.status == "dead" else "put_off"
            self.metrics.count("billing_events_total", outcome=outcome)
