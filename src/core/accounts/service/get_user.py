from core.accounts import exceptions, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetUser(UseCase):
    """Look at a person, by id or by address: for operators."""

    users: ports.Users

    async def __call__(self, command: schemas.FindUser, actor: Actor) -> schemas.UserView:
        actor.require_platform("operator", "support")
        if command.user_id:
            user = await self.users.get(command.user_id)
        else:
            user = await self.users.by_email(command.email or "")
        if user is None:
            raise exceptions.UserNotFound
        return schemas.UserView.of(user)
