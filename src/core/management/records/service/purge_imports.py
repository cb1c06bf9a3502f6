from core.management.records import constants, ports, schemas
from core.models import Actor
from core.ports import Clock
from core.service import UseCase


class PurgeImports(UseCase):
    """Forget files that were taken long ago: their records stay."""

    record_imports: ports.Imports
    clock: Clock

    async def __call__(self, _: schemas.PurgeImports, actor: Actor) -> int:
        actor.require_platform("operator")
        return await self.record_imports.purge(self.clock.now() - constants.IMPORTS_KEPT)
