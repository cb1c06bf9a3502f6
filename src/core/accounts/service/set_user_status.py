from core.accounts import exceptions, policies, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class SetUserStatus(UseCase):
    """Suspend somebody, which ends their sessions at once, or let them in again.

    Refused if an organization would be left without an active owner.
    """

    users: ports.Users
    sessions: ports.Sessions
    organizations: ports.Organizations
    memberships: ports.Memberships
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UserStanding, actor: Actor) -> schemas.UserView:
        actor.require_platform("operator")
        now, suspended = self.clock.now(), command.status == "suspended"
        async with self.transaction():
            user = await self.users.get(command.user_id)
            if user is None:
                raise exceptions.UserNotFound
            if user.status == "pending_deletion":
                raise exceptions.AccountPendingDeletion("Restore the account first.")
            if suspended:
                if user.status == "active":
                    await policies.check_replaceable(user.id, self.organizations, self.memberships)
                await self.sessions.revoke(user.id, at=now, reason="suspended")
            user = await self.users.update(user.evolve(status=command.status, updated_at=now))
            action = "user.suspended" if suspended else "user.reactivated"
            await self.audit.record(actor, action, target=("user", user.id))
        return schemas.UserView.of(user)
