from core.accounts import events, exceptions, policies
from core.accounts.ports import Memberships, Organizations
from core.accounts.privacy import constants, ports, schemas
from core.models import Actor, UserId
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import UseCase


class PurgeDeletedAccounts(UseCase):
    """Delete for good whoever asked for it 30 days ago; the audit log keeps their id alone.

    Whoever is an organization's last owner by now stays, and that is written down.
    """

    departing_users: ports.DepartingUsers
    organizations: Organizations
    memberships: Memberships
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: schemas.PurgeDeletedAccounts, actor: Actor) -> schemas.Purged:
        actor.require_platform("operator")
        now, deleted, kept = self.clock.now(), 0, list[UserId]()
        after: UserId | None = None
        while due := await self.departing_users.due(now, limit=constants.BATCH, after=after):
            for user_id in due:
                try:
                    deleted += await self._remove(user_id, actor)
                except exceptions.LastOwner as error:
                    kept.append(user_id)
                    await self.audit.record(
                        actor,
                        "user.deletion_refused",
                        target=("user", user_id),
                        outcome="failure",
                        reason=error.code,
                    )
            after = due[-1]
        return schemas.Purged(deleted=deleted, kept=kept)

    async def _remove(self, user_id: UserId, actor: Actor) -> bool:
        now = self.clock.now()
        async with self.transaction():
            await policies.check_replaceable(user_id, self.organizations, self.memberships)
            removed = await self.departing_users.remove(user_id, now)
            if removed:
                await self.audit.record(actor, "user.deleted", target=("user", user_id))
                await self.events.publish(events.UserDeleted(user_id=user_id, at=now))
        return removed
