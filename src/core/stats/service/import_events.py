from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas
from core.stats.acceptance import Acceptance
from core.stats.intake import Intake


class ImportEvents(UseCase):
    """Take many events of a file in one transaction."""

    acceptance: Acceptance
    intake: Intake

    async def __call__(self, command: schemas.Import, actor: Actor) -> schemas.IngestView:
        organization_id = actor.require(constants.STATS_WRITE)
        taken, rejected = await self.acceptance(organization_id, command.events)
        new = await self.intake(organization_id, taken)
        return schemas.IngestView(
            inserted=len(new), duplicates=len(taken) - len(new), rejected=rejected
        )
