from core.accounts import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class GrantPlatformRole(UseCase):
    """Make somebody an operator of the installation, a supporter, or neither.

    Who is an operator no more is signed out, also where they act as somebody.
    """

    users: ports.Users
    sessions: ports.Sessions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.GrantPlatformRole, actor: Actor) -> schemas.UserView:
        actor.require_platform("operator")
        async with self.transaction():
            user = await self.users.get(command.user_id)
            if user is None:
                raise exceptions.UserNotFound
            before, now = user.platform_role, self.clock.now()
            user = await self.users.update(
                user.evolve(platform_role=command.platform_role, updated_at=now)
            )
            if before == "operator" and user.platform_role != before:
                await self.sessions.revoke(user.id, at=now, reason="platform_role")
            await self.audit.record(
                actor,
                "admin.platform_role_granted",
                target=("user", user.id),
                before=before,
                after=user.platform_role,
            )
        return schemas.UserView.of(user)
