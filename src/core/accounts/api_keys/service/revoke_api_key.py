from core.accounts import constants
from core.accounts.api_keys import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RevokeApiKey(UseCase):
    """End a key, at once: one's own, or anybody's for who may."""

    api_keys: ports.ApiKeys
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ApiKeyReference, actor: Actor) -> None:
        organization_id = actor.require_organization()
        anybodys = actor.may(constants.API_KEYS_WRITE)
        async with self.transaction():
            if not await self.api_keys.revoke(
                organization_id,
                command.key_id,
                self.clock.now(),
                user_id=None if anybodys else actor.require_user(),
            ):
                raise exceptions.ApiKeyNotFound
            await self.audit.record(actor, "api_key.revoked", target=("api_key", command.key_id))
