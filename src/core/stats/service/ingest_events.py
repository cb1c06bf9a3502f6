from core.exceptions import FieldError
from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, schemas
from core.stats.acceptance import Acceptance
from core.stats.intake import Intake


class IngestEvents(UseCase):
    """Take events. Sent again they count once; one that is wrong costs no other."""

    acceptance: Acceptance
    intake: Intake

    async def __call__(self, command: schemas.Ingest, actor: Actor) -> schemas.IngestView:
        organization_id = actor.require(constants.STATS_WRITE)
        taken, rejected = self.acceptance.judge(organization_id, command.events)
        if not taken:
            raise exceptions.NothingTaken(
                errors=[
                    FieldError(f"/events/{one.index}", one.code, one.detail) for one in rejected
                ]
            )
        inserted = await self.intake(organization_id, taken)
        return schemas.IngestView(
            inserted=inserted, duplicates=len(taken) - inserted, rejected=rejected
        )
