from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, ports, schemas, timing
from core.stats.questions import RetentionQuestion, Step


class QueryRetention(UseCase):
    """See of those who were new in a day, week or month how many came back in which later one."""

    journeys: ports.Journeys

    async def __call__(self, query: schemas.RetentionQuery, actor: Actor) -> schemas.RetentionView:
        question = RetentionQuestion(
            organization_id=actor.require(constants.STATS_READ),
            first=Step(event=query.first.event, filter=query.first.filter),
            again=Step(event=query.again.event, filter=query.again.filter),
        )
        parts = list(timing.parts(query.begin, query.end, query.period, timing.zone_of(query.tz)))
        if len(parts) > constants.PERIODS:
            raise exceptions.QueryTooExpensive(
                f"Ask for {constants.PERIODS} periods at most, or for longer ones."
            )
        found = await self.journeys.retention(question, timing.bounds(parts))
        size = {one.cohort: one.n for one in found if one.later is None}
        back = {(one.cohort, one.later): one.n for one in found}
        return schemas.RetentionView(
            cohorts=[
                schemas.RetentionCohort(
                    begin=begin,
                    size=size.get(at, 0),
                    returned=[back.get((at, later), 0) for later in range(len(parts) - at)],
                )
                for at, (begin, _) in enumerate(parts)
            ]
        )
