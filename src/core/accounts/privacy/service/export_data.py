from typing import Any

from pydantic_core import to_json

from core.accounts import letters
from core.accounts.ports import Users
from core.accounts.privacy import ports, schemas
from core.models import Actor, UserId
from core.ports import AuditLog, Clock, Jobs, SecretBox, Transaction
from core.service import UseCase


class ExportData(UseCase):
    """Gather what every module holds about somebody, and keep it encrypted until they fetch it."""

    users: Users
    data_exports: ports.DataExports
    personal_data: tuple[ports.PersonalData, ...]
    secret_box: SecretBox
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ExportData, actor: Actor) -> None:
        actor.require_platform("operator")
        export = await self.data_exports.get(command.user_id, command.export_id)
        user = await self.users.get(command.user_id)
        if user is None or export is None or export.status == "ready":
            return
        box = self.secret_box.encrypt(to_json(await self._gathered(user.id)))
        async with self.transaction():
            if await self.data_exports.finish(export.id, box, self.clock.now()):
                await self.audit.record(actor, "user.data_exported", target=("user", user.id))
                await self.jobs.defer(letters.data_export_ready(user, export.expires_at))

    async def _gathered(self, user_id: UserId) -> dict[str, dict[str, Any]]:
        return {part.name: await part.of(user_id) for part in self.personal_data}
