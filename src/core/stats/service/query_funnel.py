from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.questions import FunnelQuestion, Step


class QueryFunnel(UseCase):
    """See how many go how far of some steps, and where they are lost."""

    journeys: ports.Journeys

    async def __call__(self, query: schemas.FunnelQuery, actor: Actor) -> schemas.FunnelView:
        question = FunnelQuestion(
            organization_id=actor.require(constants.STATS_READ),
            steps=tuple(Step(event=one.event, filter=one.filter) for one in query.steps),
            window=query.window,
            begin=query.begin,
            end=query.end,
        )
        counts = await self.journeys.funnel(question)
        before = [counts[0], *counts]
        return schemas.FunnelView(
            steps=[
                schemas.FunnelStep(
                    event=step.event,
                    count=count,
                    share=_share(count, counts[0]),
                    share_of_previous=_share(count, previous),
                )
                for step, count, previous in zip(query.steps, counts, before, strict=False)
            ]
        )


def _share(count: int, of: int) -> float:
    return round(count / of, 4) if of else 0.0
