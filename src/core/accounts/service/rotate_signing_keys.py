from core.accounts import constants, exceptions, ports, schemas
from core.models import Actor, Page
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class RotateSigningKeys(UseCase):
    """Sign with the next key from now on, and publish the one after it.

    Clients learn of a key before it is used, and keep the last one until its tokens are gone, so
    that no request fails.
    """

    signing_keys: ports.SigningKeys
    key_maker: ports.KeyMaker
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.RotateSigningKeys, actor: Actor
    ) -> Page[schemas.SigningKeyView]:
        actor.require_platform("operator")
        now = self.clock.now()
        async with self.transaction():
            following = next(
                (key for key in await self.signing_keys.all() if key.state == "next"), None
            )
            published = now - following.created_at if following else None
            early = published is None or published < constants.KEY_PUBLISHED_BEFORE_USE
            if early and not command.force:
                raise exceptions.RotationTooEarly
            await self.signing_keys.promote(
                now, forget_retired_before=now - constants.KEY_KEPT_AFTER_USE
            )
            await self.signing_keys.add(self.key_maker.make(now, "next"))
            await self.audit.record(actor, "signing_key.rotated", forced=command.force)
        keys = await self.signing_keys.all()
        return Page(items=[schemas.SigningKeyView.of(key) for key in keys])
