from core.accounts import models, ports, schemas
from core.models import Actor, Model, Page
from core.ports import Clock
from core.service import UseCase


class ListSessions(UseCase):
    """Show where one is signed in, the newest session first."""

    sessions: ports.Sessions
    clock: Clock

    async def __call__(self, _: Model | None, actor: Actor) -> Page[schemas.SessionView]:
        found = await self.sessions.active(actor.require_user(), self.clock.now())
        return Page(items=[self._view(session, actor) for session in found])

    def _view(self, session: models.Session, actor: Actor) -> schemas.SessionView:
        return schemas.SessionView(
            id=session.id,
            current=session.id == actor.session_id,
            impersonated=session.impersonator_id is not None,
            device_label=session.device_label,
            ip=session.ip,
            user_agent=session.user_agent,
            amr=session.amr,
            created_at=session.created_at,
            last_used_at=session.rotated_at,
            expires_at=min(session.idle_expires_at, session.absolute_expires_at),
        )
