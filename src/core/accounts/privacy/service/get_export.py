import json
from typing import Any

from core.accounts import policies
from core.accounts.privacy import exceptions, models, ports, schemas
from core.models import Actor
from core.ports import Clock, SecretBox
from core.service import UseCase


class GetExport(UseCase):
    """Fetch what the service holds about oneself, or see whether it is gathered yet."""

    data_exports: ports.DataExports
    secret_box: SecretBox
    clock: Clock

    async def __call__(self, command: schemas.GetExport, actor: Actor) -> schemas.ExportView:
        user_id, now = actor.require_self(), self.clock.now()
        policies.check_fresh(actor, now)
        export = await self.data_exports.get(user_id, command.export_id)
        if export is None or export.expires_at <= now:
            raise exceptions.ExportNotFound
        return schemas.ExportView.of(export, self._opened(export))

    def _opened(self, export: models.DataExport) -> dict[str, Any] | None:
        if export.content_box is None:
            return None
        data: dict[str, Any] = json.loads(self.secret_box.decrypt(export.content_box))
        return data
