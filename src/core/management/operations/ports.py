from datetime import datetime
from typing import Protocol

from core.management.operations.figures import AccountNumbers, FileNumbers, WebhookNumbers


class AccountFigures(Protocol):
    async def accounts(self, now: datetime) -> AccountNumbers: ...


class SubscriptionFigures(Protocol):
    async def subscriptions(self) -> dict[str, int]:
        """Return how many subscriptions there are, by status."""


class FileFigures(Protocol):
    async def files(self) -> FileNumbers: ...


class EventFigures(Protocol):
    async def events(self, begin: datetime, end: datetime) -> int:
        """Return how many events of all organizations there are of that time."""


class WebhookFigures(Protocol):
    async def webhooks(self) -> WebhookNumbers: ...
