from typing import Literal

from core.models import Model


class Finding(Model):
    """What an examination came upon: something that we lean on is as it must be, or is not."""

    level: Literal["ok", "warn", "fail"]
    about: str
    sentence: str
