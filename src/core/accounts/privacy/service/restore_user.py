from core.accounts import exceptions, ports
from core.accounts.privacy.exceptions import NotPendingDeletion
from core.accounts.schemas import UserReference, UserView
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RestoreUser(UseCase):
    """Keep somebody's account after all, and let them in again: for operators."""

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: UserReference, actor: Actor) -> UserView:
        actor.require_platform("operator")
        now = self.clock.now()
        async with self.transaction():
            user = await self.users.get(command.user_id)
            if user is None:
                raise exceptions.UserNotFound
            if user.status != "pending_deletion":
                raise NotPendingDeletion
            user = await self.users.update(
                user.evolve(status="active", deletes_at=None, updated_at=now)
            )
            await self.one_time_tokens.cancel(user.id, "restore_account", now)
            await self.audit.record(actor, "user.deletion_cancelled", target=("user", user.id))
        return UserView.of(user)
