from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from core.models import Line, Model

type SwitchName = Literal["read_only", "sign_ups"]

GOOD_FOR: Final = timedelta(seconds=2)
"""How long a process believes what it last read."""

RETRY_AFTER: Final = 60
"""Seconds after which a client of a read-only service may look again."""


class SwitchKind(Model):
    """What a switch does, and how it stands while nobody touched it."""

    about: str
    on: bool


KINDS: Final[Mapping[SwitchName, SwitchKind]] = {
    "read_only": SwitchKind(
        about="Nobody but operators changes anything; signing in and out goes on.", on=False
    ),
    "sign_ups": SwitchKind(
        about="People open accounts by themselves; while it is off, those who are invited do.",
        on=True,
    ),
}


class Switch(Model):
    """How a switch stands, since when, by whom, and why."""

    name: SwitchName
    on: bool
    reason: Line | None = None
    changed_at: datetime | None = None
    changed_by: UUID | None = None
