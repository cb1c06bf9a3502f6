from core.accounts import constants, exceptions, ports, tokens
from core.accounts.privacy import schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Seals, Throttle, Transaction
from core.service import UseCase


class RestoreAccount(UseCase):
    """Keep an account after all, with the token that was mailed when its deletion was asked for.

    It comes back as it was: who was suspended still is.
    """

    users: ports.Users
    one_time_tokens: ports.OneTimeTokens
    throttle: Throttle
    seals: Seals
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.RestoreAccount, actor: Actor) -> None:
        await self.throttle.hit((constants.TOKEN_BY_ADDRESS, actor.ip or ""))
        token_id = tokens.one_time_id(command.token, "restore_account", self.seals)
        now = self.clock.now()
        async with self.transaction():
            token = await self.one_time_tokens.consume(token_id, "restore_account", now)
            user = await self.users.get(token.owner)
            if user is None or user.status != "pending_deletion":
                raise exceptions.TokenInvalidOrExpired
            before = token.payload["status"]
            await self.users.update(user.evolve(status=before, deletes_at=None, updated_at=now))
            await self.audit.record(actor, "user.deletion_cancelled", target=("user", user.id))
