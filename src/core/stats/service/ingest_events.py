from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.acceptance import Acceptance
from core.stats.intake import Intake


class IngestEvents(UseCase):
    """Take events. Sent again they count once; one that is wrong costs no other.

    It is answered once they are kept for good.
    """

    acceptance: Acceptance
    intake: Intake
    gathering: ports.Gathering

    async def __call__(self, command: schemas.Ingest, actor: Actor) -> schemas.IngestView:
        organization_id = actor.require(constants.STATS_WRITE)
        taken, rejected = await self.acceptance(organization_id, command.events, command.format)
        new = await self.gathering(organization_id, taken, self.intake)
        return schemas.IngestView(
            inserted=len(new), duplicates=len(taken) - len(new), rejected=rejected
        )
