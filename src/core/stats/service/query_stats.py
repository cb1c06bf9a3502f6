from core.models import Actor, OrganizationId
from core.service import UseCase
from core.stats import constants, filling, ports, schemas, timing
from core.stats.questions import Question


class QueryStats(UseCase):
    """Ask for numbers: how many, how much, how many different, over time and by group."""

    stats_numbers: ports.Numbers

    async def __call__(self, query: schemas.Query, actor: Actor) -> schemas.Answer:
        organization_id = actor.require(constants.STATS_READ)
        series, overflow = await self._series(query, organization_id)
        previous = None
        if query.compare is not None:
            previous, _ = await self._series(timing.before(query), organization_id)
        meta = schemas.Meta(source="raw", tz=query.tz, overflow=overflow)
        return schemas.Answer(series=series, previous=previous, meta=meta)

    async def _series(
        self, query: schemas.Query, organization_id: OrganizationId
    ) -> tuple[list[schemas.Series], bool]:
        parts = timing.cut(query)
        room = filling.room(parts, query.limit)
        cells = await self.stats_numbers.cells(
            _question(query, organization_id), timing.bounds(parts), groups=room + 1
        )
        series = filling.series(parts, cells, query.aggregation, query.group_by)
        return series[:room], len(series) > room


def _question(query: schemas.Query, organization_id: OrganizationId) -> Question:
    return Question(
        organization_id=organization_id,
        event=query.event,
        aggregation=query.aggregation,
        property=query.property,
        begin=query.begin,
        end=query.end,
        group_by=query.group_by,
        filter=query.filter,
    )
