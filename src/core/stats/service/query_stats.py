from datetime import datetime

from core.models import Actor, OrganizationId
from core.service import UseCase
from core.stats import constants, exceptions, filling, ports, schemas, timing
from core.stats.models import Question


class QueryStats(UseCase):
    """Ask for numbers: how many, how much, how many different, over time and by group."""

    stats_numbers: ports.Numbers

    async def __call__(self, query: schemas.Query, actor: Actor) -> schemas.Answer:
        organization_id = actor.require(constants.STATS_READ)
        parts = cut(query)
        question = _question(query, organization_id)
        bounds = [*(begin for begin, _ in parts), query.end]
        cells = await self.stats_numbers.cells(question, bounds)
        totals = cells
        if len(parts) > 1:
            totals = await self.stats_numbers.cells(question, [query.begin, query.end])
        series, overflow = filling.series(parts, cells, totals, query.aggregation, query.group_by)
        meta = schemas.Meta(source="raw", tz=query.tz, overflow=overflow)
        return schemas.Answer(series=series, meta=meta)


def cut(query: schemas.Range) -> list[tuple[datetime, datetime]]:
    """Return the parts that are asked for; raise UnknownZone, QueryTooExpensive."""
    zone = timing.zone_of(query.tz)
    timing.check(query.begin, query.end, query.interval)
    if query.interval is None:
        return [(query.begin, query.end)]
    parts = list(timing.parts(query.begin, query.end, query.interval, zone))
    if len(parts) > constants.CELLS:
        raise exceptions.QueryTooExpensive
    return parts


def _question(query: schemas.Query, organization_id: OrganizationId) -> Question:
    return Question(
        organization_id=organization_id,
        begin=query.begin,
        end=query.end,
        **query.model_dump(include={"event", "aggregation", "property", "group_by", "where"}),
    )
