from core.accounts import ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListUsers(UseCase):
    """List people, the newest first: for operators."""

    users: ports.Users

    async def __call__(self, command: schemas.ListUsers, actor: Actor) -> Page[schemas.UserView]:
        actor.require_platform("operator", "support")
        found = await self.users.page(**command.window(), email=command.email)
        return command.answer(found, schemas.UserView.of)
