from core.accounts import schemas
from core.audit import AuditEvent
from core.models import Actor, Page
from core.ports import AuditLog
from core.service import UseCase


class SearchAuditEvents(UseCase):
    """Read who did what anywhere, the newest first: for operators."""

    audit: AuditLog

    async def __call__(self, command: schemas.ListAuditEvents, actor: Actor) -> Page[AuditEvent]:
        actor.require_platform("operator", "support")
        found = await self.audit.everywhere(command, **command.window())
        return command.answer(found)
