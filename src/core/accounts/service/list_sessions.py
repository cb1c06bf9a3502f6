from core.accounts import ports, schemas
from core.models import Actor, Page, PageRequest
from core.ports import Clock
from core.service import UseCase


class ListSessions(UseCase):
    """Show where one is signed in, the newest session first."""

    sessions: ports.Sessions
    clock: Clock

    async def __call__(
        self, command: PageRequest | None, actor: Actor
    ) -> Page[schemas.SessionView]:
        found = await self.sessions.active(actor.require_user(), self.clock.now())
        seen = [session for session in found if actor.sees(session.scope_organization_id)]
        views = [schemas.SessionView.of(session, actor) for session in seen]
        return schemas.ListSessions.of(command).among(views)
