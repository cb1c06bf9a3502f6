from collections import Counter
from datetime import datetime, timedelta
from typing import override

from adapters.memory.store import Store
from core.accounts.models import Organization, User
from core.billing.models import Mirrored
from core.management.operations import ports
from core.management.operations.figures import AccountNumbers, FileNumbers, WebhookNumbers
from core.stats.models import Event
from core.storage.models import Usage
from core.webhooks.models import Endpoint


class AccountFigures(ports.AccountFigures):
    def __init__(self, store: Store) -> None:
        self._users, self._organizations = store.table(User), store.table(Organization)

    @override
    async def accounts(self, now: datetime) -> AccountNumbers:
        ages = [now - user.created_at for user in self._users.values()]
        return AccountNumbers(
            users=len(ages),
            organizations=len(self._organizations),
            sign_ups_7_days=sum(age <= timedelta(days=7) for age in ages),
            sign_ups_30_days=sum(age <= timedelta(days=30) for age in ages),
        )


class SubscriptionFigures(ports.SubscriptionFigures):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Mirrored)

    @override
    async def subscriptions(self) -> dict[str, int]:
        return dict(Counter(str(row.subscription.status) for row in self._rows.values()))


class FileFigures(ports.FileFigures):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Usage)

    @override
    async def files(self) -> FileNumbers:
        rows = self._rows.values()
        return FileNumbers(
            files=sum(row.objects for row in rows), bytes=sum(row.used for row in rows)
        )


class EventFigures(ports.EventFigures):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Event)

    @override
    async def events(self, begin: datetime, end: datetime) -> int:
        return sum(begin <= row.time < end for row in self._rows.values())


class WebhookFigures(ports.WebhookFigures):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Endpoint)

    @override
    async def webhooks(self) -> WebhookNumbers:
        rows = self._rows.values()
        return WebhookNumbers(endpoints=len(rows), disabled=sum(not row.enabled for row in rows))
