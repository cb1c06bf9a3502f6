"""Settings, switches and figures, in dictionaries."""

from adapters.memory.management.figures import (
    AccountFigures,
    EventFigures,
    FileFigures,
    SubscriptionFigures,
    WebhookFigures,
)
from adapters.memory.management.settings import KeptSettings, SettingsData, Switches

__all__ = (
    "AccountFigures",
    "EventFigures",
    "FileFigures",
    "KeptSettings",
    "SettingsData",
    "SubscriptionFigures",
    "Switches",
    "WebhookFigures",
)
