from pydantic import JsonValue
from pydantic_core import to_json

from core.management.settings import policies, ports, schemas
from core.management.settings.definitions import Definition
from core.management.settings.models import Owner, Setting, SettingId
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, SecretBox, Transaction
from core.service import UseCase


class PutSetting(UseCase):
    """Set something; a secret is encrypted, and never told again."""

    kept_settings: ports.KeptSettings
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.PutSetting, actor: Actor) -> schemas.SettingView:
        owner = policies.owner(command.scope, actor, writes=True)
        what = policies.definition(command.key, command.scope)
        value = what.judged(command.value)
        async with self.transaction():
            await self.kept_settings.lock(owner)
            found = await self.kept_settings.layers(owner.organization_id, owner.user_id)
            before = policies.own(found, owner, what.key)
            policies.check_version(before, command.expected_version)
            setting = self._setting(owner, what, value, before, actor)
            await self.kept_settings.put(setting)
            await self.audit.record(
                actor,
                "setting.set",
                target=("setting", setting.id),
                key=what.key,
                scope=owner.scope,
            )
        others = [one for one in found if one is not before]
        return schemas.SettingView.of(what, owner, [*others, setting])

    def _setting(
        self,
        owner: Owner,
        what: Definition,
        value: JsonValue,
        before: Setting | None,
        actor: Actor,
    ) -> Setting:
        return Setting(
            **dict(owner),
            id=before.id if before else SettingId(self.ids.new()),
            key=what.key,
            value=None if what.secret else value,
            box=self.secret_box.encrypt(to_json(value)) if what.secret else None,
            version=before.version + 1 if before else 1,
            updated_at=self.clock.now(),
            updated_by=actor.api_key_id or actor.user_id,
        )
