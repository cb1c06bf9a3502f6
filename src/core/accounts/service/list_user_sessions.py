from core.accounts import exceptions, ports, schemas
from core.models import Actor, Page
from core.ports import Clock
from core.service import UseCase


class ListUserSessions(UseCase):
    """Show where somebody is signed in, the newest session first: for operators."""

    users: ports.Users
    sessions: ports.Sessions
    clock: Clock

    async def __call__(
        self, command: schemas.UserReference, actor: Actor
    ) -> Page[schemas.SessionView]:
        actor.require_platform("operator", "support")
        if await self.users.get(command.user_id) is None:
            raise exceptions.UserNotFound
        found = await self.sessions.active(command.user_id, self.clock.now())
        page = command.page if isinstance(command, schemas.ListUserSessions) else None
        views = [schemas.SessionView.of(session, actor) for session in found]
        return schemas.ListSessions.of(page).among(views)
