from core.accounts import constants, schemas
from core.audit import AuditEvent
from core.models import Actor, Page
from core.ports import AuditLog
from core.service import UseCase


class ListAuditEvents(UseCase):
    """Read who did what in the organization, the newest first."""

    audit: AuditLog

    async def __call__(self, command: schemas.ListAuditEvents, actor: Actor) -> Page[AuditEvent]:
        organization_id = actor.require(constants.AUDIT_READ)
        found = await self.audit.page(organization_id, command, **command.window())
        return command.answer(found)
