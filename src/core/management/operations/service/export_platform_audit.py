from collections.abc import AsyncIterator
from uuid import UUID

from core.audit import AuditEvent
from core.management.operations import schemas, walking
from core.models import Actor
from core.ports import AuditLog
from core.service import UseCase


class ExportPlatformAudit(UseCase):
    """Hand out who did what anywhere, the newest first, as it is read: for operators."""

    audit: AuditLog

    async def __call__(
        self, query: schemas.ExportAudit, actor: Actor
    ) -> AsyncIterator[list[AuditEvent]]:
        actor.require_platform("operator", "support")

        async def page(before: UUID | None) -> list[AuditEvent]:
            return await self.audit.everywhere(query, limit=walking.AT_ONCE, before=before)

        return walking.walked(page)
