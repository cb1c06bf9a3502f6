from datetime import datetime
from typing import NewType
from uuid import UUID

from pydantic import Field

from core.models import Model, UserId

RecoveryCodeId = NewType("RecoveryCodeId", UUID)


class TotpFactor(Model):
    """An authenticator app. It counts once a code of it was seen (`confirmed_at`).

    `secret_box`: what the app knows too, encrypted. `last_used_step`: codes up to this step of
    time were used, and work no more (ASVS 6.5.1).
    """

    user_id: UserId
    secret_box: bytes = Field(repr=False)
    last_used_step: int | None = None
    created_at: datetime
    confirmed_at: datetime | None = None


class RecoveryCode(Model):
    """Opens an account once, when the app is lost."""

    id: RecoveryCodeId
    user_id: UserId
    code_hash: str = Field(repr=False)
    created_at: datetime
    used_at: datetime | None = None
