"""Which events are looked at, one by one."""

from datetime import datetime

from core.models import Model


class Selection(Model):
    """All that is set has to be so; `received_before` is of when they were kept."""

    name: str | None = None
    subject: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    received_before: datetime | None = None
