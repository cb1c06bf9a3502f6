from core.accounts import ports
from core.models import Actor, Model
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class EnsureSigningKeys(UseCase):
    """Make the first keys of an installation; of many processes at once, one does."""

    signing_keys: ports.SigningKeys
    key_maker: ports.KeyMaker
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: Model | None, actor: Actor) -> None:
        if {key.state for key in await self.signing_keys.all()} >= {"current", "next"}:
            return
        now = self.clock.now()
        async with self.transaction():
            current = await self.signing_keys.add(self.key_maker.make(now, "current"))
            following = await self.signing_keys.add(self.key_maker.make(now, "next"))
            if current or following:
                await self.audit.record(actor, "signing_key.created")
