from core.accounts import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class UpdateMe(UseCase):
    """Change one's own name or language."""

    users: ports.Users
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UpdateMe, actor: Actor) -> schemas.UserView:
        changes = command.changes()
        async with self.transaction():
            user = await self.users.get(actor.require_user())
            if user is None:
                raise exceptions.UserNotFound
            user = await self.users.update(user.evolve(**changes, updated_at=self.clock.now()))
            await self.audit.record(
                actor, "user.updated", target=("user", user.id), fields=sorted(changes)
            )
        return schemas.UserView.of(user)
