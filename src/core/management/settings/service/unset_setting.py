from core.management.settings import policies, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class UnsetSetting(UseCase):
    """Take back what was set: what is inherited holds again."""

    kept_settings: ports.KeptSettings
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.UnsetSetting, actor: Actor) -> None:
        owner = policies.owner(command.scope, actor, writes=True)
        what = policies.definition(command.key, command.scope)
        async with self.transaction():
            await self.kept_settings.lock(owner)
            found = await self.kept_settings.layers(owner.organization_id, owner.user_id)
            before = policies.own(found, owner, what.key)
            policies.check_version(before, command.expected_version)
            if before is None or not before.given:
                return
            unset = before.evolve(
                value=None,
                box=None,
                version=before.version + 1,
                updated_at=self.clock.now(),
                updated_by=actor.api_key_id or actor.user_id,
            )
            await self.kept_settings.put(unset)
            target = ("setting", unset.id)
            await self.audit.record(
                actor, "setting.unset", target=target, key=what.key, scope=owner.scope
            )
