from core.accounts import exceptions, ports
from core.accounts.privacy import schemas
from core.accounts.privacy.departure import Departure
from core.accounts.schemas import UserReference
from core.models import Actor
from core.service import UseCase


class DeleteUser(UseCase):
    """Have somebody's account deleted in 30 days, as they could themselves: for operators."""

    users: ports.Users
    departure: Departure

    async def __call__(self, command: UserReference, actor: Actor) -> schemas.PendingDeletion:
        actor.require_platform("operator")
        user = await self.users.get(command.user_id)
        if user is None:
            raise exceptions.UserNotFound
        return await self.departure(user, actor)
