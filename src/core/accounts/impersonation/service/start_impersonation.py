from core.accounts import exceptions, letters, models, policies, ports
from core.accounts.impersonation import schemas
from core.accounts.impersonation.exceptions import ImpersonationRefused
from core.accounts.schemas import TokenPair
from core.accounts.sign_in import SignIn
from core.models import Actor, UserId
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase


class StartImpersonation(UseCase):
    """Act as somebody for an hour at most; they are told, and see the session among theirs.

    What decides over their account stays theirs alone. Whoever only looks changes nothing at all.
    """

    users: ports.Users
    sign_in: SignIn
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.StartImpersonation, actor: Actor) -> TokenPair:
        actor.require_platform("operator")
        now, operator_id = self.clock.now(), actor.require_user()
        policies.check_fresh(actor, now)
        user = await self._check(command.user_id, operator_id)
        proof = models.Proof(
            method="impersonation",
            amr=("impersonation",),
            impersonator_id=operator_id,
            read_only=command.read_only,
        )
        async with self.transaction():
            pair = await self.sign_in(user, proof, actor)
            await self.audit.record(
                actor,
                "impersonation.started",
                target=("user", user.id),
                session_id=str(pair.session_id),
                **command.model_dump(include={"reason", "read_only"}),
            )
            await self.jobs.defer(
                letters.impersonated(user, now, command.reason, read_only=command.read_only)
            )
        return pair

    async def _check(self, user_id: UserId, operator_id: UserId) -> models.User:
        operator, user = await self.users.get(operator_id), await self.users.get(user_id)
        if operator is None or (operator.platform_role, operator.status) != ("operator", "active"):
            raise ImpersonationRefused("Only an operator can.")
        if user is None:
            raise exceptions.UserNotFound
        if user.platform_role != "none":
            raise ImpersonationRefused("They work for the installation themselves.")
        if user.status != "active" or user.email_verified_at is None:
            raise ImpersonationRefused("They can't sign in themselves at the moment.")
        return user
