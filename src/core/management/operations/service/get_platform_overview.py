from collections.abc import Awaitable
from datetime import timedelta

from core.billing.ports import Movements
from core.exceptions import CoreError
from core.jobs.ports import QueuedJobs
from core.management.operations import ports, schemas
from core.models import Actor
from core.ports import Clock
from core.service import UseCase


class GetPlatformOverview(UseCase):
    """See the installation at a glance: for operators. A day begins at midnight, UTC."""

    account_figures: ports.AccountFigures
    subscription_figures: ports.SubscriptionFigures
    movements: Movements
    file_figures: ports.FileFigures
    event_figures: ports.EventFigures
    webhook_figures: ports.WebhookFigures
    queued_jobs: QueuedJobs
    clock: Clock

    async def __call__(self, query: None, actor: Actor) -> schemas.Overview:
        actor.require_platform("operator", "support")
        now = self.clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = midnight + timedelta(days=1)
        return schemas.Overview(
            at=now,
            accounts=await _if_it_can(self.account_figures.accounts(now)),
            billing=await _if_it_can(self._billing()),
            files=await _if_it_can(self.file_figures.files()),
            events_today=await _if_it_can(self.event_figures.events(midnight, tomorrow)),
            jobs=await _if_it_can(self.queued_jobs.numbers()),
            webhooks=await _if_it_can(self.webhook_figures.webhooks()),
        )

    async def _billing(self) -> schemas.BillingNumbers:
        revenue = await self.movements.totals()
        return schemas.BillingNumbers(
            subscriptions=await self.subscription_figures.subscriptions(),
            mrr={one.currency: one.mrr for one in revenue},
        )


async def _if_it_can[T](part: Awaitable[T]) -> T | None:
    """Return a part, or nothing where what it leans on fails: the others are told all the same."""
    try:
        return await part
    except CoreError:
        return None
