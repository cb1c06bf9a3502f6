from datetime import datetime
from typing import NewType
from uuid import UUID

from pydantic import Field

from core.accounts.models import Standing, UserStatus
from core.models import Model, OrganizationId, UserId

ApiKeyId = NewType("ApiKeyId", UUID)


class ApiKey(Model):
    """A key: somebody's (`user_id`), or the organization's own for a service, which has a `role`.

    Of the key itself only a hash is kept. `through_sso`: whoever made it had come through the
    organization's own single sign-on.
    """

    id: ApiKeyId
    organization_id: OrganizationId
    user_id: UserId | None = None
    role: str | None = None
    name: str
    key_hash: bytes = Field(repr=False)
    scopes: frozenset[str]
    through_sso: bool = False
    created_by: UserId | None = None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def service(self) -> bool:
        return self.user_id is None

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class PresentedKey(Model):
    """A key as it is presented, and how whose it is stands in the organization at this moment.

    `standing`: a person's own, or the role of a service; None for who is no member any more.
    """

    key: ApiKey
    user_status: UserStatus | None = None
    user_mfa_enabled: bool = False
    standing: Standing | None = None
