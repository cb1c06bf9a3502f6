from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

from pydantic import Field, JsonValue

from core.models import Model, OrganizationId, UserId

SettingId = NewType("SettingId", UUID)

type SettingScope = Literal["system", "organization", "user"]
type SettingSource = Literal["user", "organization", "system", "default"]


class Owner(Model):
    """Whose setting it is: an organization's, a person's, or else the installation's."""

    organization_id: OrganizationId | None = None
    user_id: UserId | None = None

    @property
    def scope(self) -> SettingScope:
        if self.user_id is not None:
            return "user"
        return "system" if self.organization_id is None else "organization"


class Setting(Owner):
    """What somebody set; a secret lies in a box.

    One that was taken back stays, with neither: so its version goes on, and nobody takes what is
    set later for what they saw before.
    """

    id: SettingId
    key: str
    value: JsonValue = None
    box: bytes | None = Field(default=None, repr=False)
    version: int
    updated_at: datetime
    updated_by: UUID | None = None

    @property
    def given(self) -> bool:
        return self.value is not None or self.box is not None
