"""Settings, switches, figures and collections, in plain SQL."""

from adapters.postgres.management.collections import Collections, DeletedCollections
from adapters.postgres.management.contents import Contents
from adapters.postgres.management.figures import (
    AccountFigures,
    EventFigures,
    FileFigures,
    SubscriptionFigures,
    WebhookFigures,
)
from adapters.postgres.management.settings import KeptSettings, SettingsData
from adapters.postgres.management.switches import Switches

__all__ = (
    "AccountFigures",
    "Collections",
    "Contents",
    "DeletedCollections",
    "EventFigures",
    "FileFigures",
    "KeptSettings",
    "SettingsData",
    "SubscriptionFigures",
    "Switches",
    "WebhookFigures",
)
