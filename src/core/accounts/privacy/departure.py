from core.accounts import letters, models, policies, ports, tokens
from core.accounts.privacy import constants, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Jobs, Transaction
from core.service import Collaborator


class Departure(Collaborator):
    """How an account comes to its end, whoever wants it: at once to the outside, later for good."""

    users: ports.Users
    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    organizations: ports.Organizations
    memberships: ports.Memberships
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, user: models.User, actor: Actor) -> schemas.PendingDeletion:
        """Shut an account, and mail the link that restores it as it was.

        Raise LastOwner while an organization has no other active owner. Nothing happens to one
        that is shut already.
        """
        if user.deletes_at is not None:
            return schemas.PendingDeletion(deletes_at=user.deletes_at)
        now = self.clock.now()
        token = tokens.one_time_token(
            self.ids.new(),
            user,
            "restore_account",
            now,
            constants.DELETION_GRACE,
            {"status": user.status},
        )
        async with self.transaction():
            if user.status == "active":
                await policies.check_replaceable(user.id, self.organizations, self.memberships)
            await self.users.update(
                user.evolve(status="pending_deletion", deletes_at=token.expires_at, updated_at=now)
            )
            await self.sessions.revoke(user.id, at=now, reason="deletion_requested")
            await self.one_time_tokens.add(token)
            await self.audit.record(actor, "user.deletion_requested", target=("user", user.id))
            await self.jobs.defer(letters.deletion_requested(user, token))
        return schemas.PendingDeletion(deletes_at=token.expires_at)
