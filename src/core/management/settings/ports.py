from typing import Protocol

from core.management.settings.models import Owner, Setting
from core.models import OrganizationId, UserId


class KeptSettings(Protocol):
    async def lock(self, owner: Owner) -> None:
        """Let nobody else change the owner's settings until the transaction ends."""

    async def layers(
        self, organization_id: OrganizationId | None = None, user_id: UserId | None = None
    ) -> list[Setting]:
        """Return the installation's, and those of the organization and the person, if named."""

    async def put(self, setting: Setting) -> None:
        """Keep one, instead of its owner's last one of the same key."""
