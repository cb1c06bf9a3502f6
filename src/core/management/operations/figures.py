"""The figures of the overview, a part a module."""

from core.models import Model


class AccountNumbers(Model):
    users: int
    organizations: int
    sign_ups_7_days: int
    sign_ups_30_days: int


class FileNumbers(Model):
    """Of everything that is kept: files, and their bytes."""

    files: int
    bytes: int


class WebhookNumbers(Model):
    """Endpoints, and how many of them were switched off, by somebody or because they failed."""

    endpoints: int
    disabled: int
