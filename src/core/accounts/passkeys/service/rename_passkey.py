from core.accounts.passkeys import ports, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class RenamePasskey(UseCase):
    """Call one of one's own passkeys something else."""

    passkeys: ports.Passkeys
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.RenamePasskey, actor: Actor) -> schemas.PasskeyView:
        user_id = actor.require_self()
        async with self.transaction():
            passkey = await self.passkeys.rename(user_id, command.passkey_id, command.name)
            await self.audit.record(
                actor, "passkey.renamed", target=("passkey", passkey.id), name=passkey.name
            )
        return schemas.PasskeyView.of(passkey)
