from core.exceptions import FieldError, ValidationFailed
from core.management.switches import ports, schemas
from core.management.switches.models import Switch
from core.models import Actor
from core.ports import AuditLog, Clock, Switchboard, Transaction
from core.service import UseCase


class SetSwitch(UseCase, halts=False):
    """Turn something on or off for everybody; every process follows within seconds."""

    switches: ports.Switches
    switchboard: Switchboard
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.SetSwitch, actor: Actor) -> schemas.SwitchView:
        actor.require_platform("operator")
        if command.name == "read_only" and command.on and command.reason is None:
            why = FieldError("#/reason", "missing", "Say why: whoever is refused is told.")
            raise ValidationFailed(errors=[why])
        switch = Switch(**dict(command), changed_at=self.clock.now(), changed_by=actor.user_id)
        async with self.transaction():
            await self.switches.put(switch)
            told = command.model_dump(mode="json")
            await self.audit.record(actor, "admin.switch_set", **told)
        self.switchboard.forget()
        return schemas.SwitchView.of(switch)
