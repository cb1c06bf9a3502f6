"""Settings, switches and figures, in dictionaries."""

from adapters.memory.management.collections import Collections, DeletedCollections
from adapters.memory.management.contents import Contents
from adapters.memory.management.figures import (
    AccountFigures,
    EventFigures,
    FileFigures,
    SubscriptionFigures,
    WebhookFigures,
)
from adapters.memory.management.imports import RecordImports, RecordIndex
from adapters.memory.management.members import RecordMembers
from adapters.memory.management.notices import RecordNotices
from adapters.memory.management.records import Records
from adapters.memory.management.settings import KeptSettings, SettingsData, Switches

__all__ = (
    "AccountFigures",
    "Collections",
    "Contents",
    "DeletedCollections",
    "EventFigures",
    "FileFigures",
    "KeptSettings",
    "RecordImports",
    "RecordIndex",
    "RecordMembers",
    "RecordNotices",
    "Records",
    "SettingsData",
    "SubscriptionFigures",
    "Switches",
    "WebhookFigures",
)
