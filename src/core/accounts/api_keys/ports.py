from datetime import datetime, timedelta
from typing import Protocol, Unpack

from core.accounts.api_keys import models
from core.listing import Found, Window
from core.models import OrganizationId, UserId


class ApiKeys(Protocol):
    async def add(self, key: models.ApiKey) -> None: ...

    async def present(
        self, key_hash: bytes, now: datetime, *, note_every: timedelta
    ) -> models.PresentedKey | None:
        """Return a key and the standing of whose it is, in one query; also one that is dead.

        Unless it is revoked or expired its use is noted, but not again within `note_every`.
        """

    async def page(
        self,
        organization_id: OrganizationId,
        *,
        user_id: UserId | None = None,
        **window: Unpack[Window],
    ) -> Found[models.ApiKey]:
        """Return the keys that are not revoked, newest first; those of one person if named."""

    async def revoke(
        self,
        organization_id: OrganizationId,
        key_id: models.ApiKeyId,
        at: datetime,
        *,
        user_id: UserId | None = None,
    ) -> bool:
        """End a key, of this person if one is named; tell if there was one to end."""
