from collections.abc import AsyncIterator
from uuid import UUID

from core.accounts.constants import AUDIT_READ
from core.audit import AuditEvent
from core.management.operations import schemas, walking
from core.models import Actor
from core.ports import AuditLog
from core.service import UseCase


class ExportAuditEvents(UseCase):
    """Hand out who did what in the organization, the newest first, as it is read."""

    audit: AuditLog

    async def __call__(
        self, query: schemas.ExportAudit, actor: Actor
    ) -> AsyncIterator[list[AuditEvent]]:
        organization_id = actor.require(AUDIT_READ)

        async def page(before: UUID | None) -> list[AuditEvent]:
            return await self.audit.page(
                organization_id, query, limit=walking.AT_ONCE, before=before
            )

        return walking.walked(page)
