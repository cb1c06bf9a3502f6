from datetime import datetime
from typing import Self
from uuid import UUID

from core.management.switches.models import KINDS, Switch, SwitchName
from core.models import Line, Model


class SwitchSetting(Model):
    """How a switch is to stand; turning `read_only` on takes a reason, which clients are told."""

    on: bool
    reason: Line | None = None


class SetSwitch(SwitchSetting):
    name: SwitchName


class SwitchView(Model):
    name: SwitchName
    on: bool
    about: str
    reason: str | None
    changed_at: datetime | None
    changed_by: UUID | None

    @classmethod
    def of(cls, switch: Switch) -> Self:
        return cls(**switch.model_dump(), about=KINDS[switch.name].about)
