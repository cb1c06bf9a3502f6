from collections.abc import AsyncIterator

from core.accounts import constants, exceptions, models, ports, schemas
from core.models import Actor, OrganizationId, UserId
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
            if suspended:
                await self._check_replaceable(user)
                await self.sessions.revoke(user.id, at=now, reason="suspended")
            user = await self.users.update(user.evolve(status=command.status, updated_at=now))
            action = "user.suspended" if suspended else "user.reactivated"
            await self.audit.record(actor, action, target=("user", user.id))
        return schemas.UserView.of(user)

    async def _check_replaceable(self, user: models.User) -> None:
        async for owned in self._owned_by(user.id):
            await self.organizations.lock(owned.id)
            if user.status == "active" and not await self.memberships.owners(
                owned.id, besides=user.id
            ):
                raise exceptions.LastOwner(f"{owned.name} ({owned.slug}) has no other owner.")

    async def _owned_by(self, user_id: UserId) -> AsyncIterator[models.OrganizationOfUser]:
        before: OrganizationId | None = None
        while page := await self.organizations.of_user(user_id, limit=100, before=before):
            for organization in page:
                if organization.role == constants.OWNER:
                    yield organization
            before = page[-1].id
