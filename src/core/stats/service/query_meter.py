from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, filling, metering, ports, schemas, timing
from core.stats.models import Aggregation, Meter
from core.stats.questions import Cell, Question


class QueryMeter(UseCase):
    """See what a meter added up: at once, however much happened.

    Where a range does not begin and end with a quarter of an hour the events are added up instead;
    the answer is the same.
    """

    stats_meters: ports.Meters
    stats_numbers: ports.Numbers
    rollups: ports.Rollups

    async def __call__(self, query: schemas.MeterUsage, actor: Actor) -> schemas.Answer:
        organization_id = actor.require(constants.STATS_READ)
        meter = await self.stats_meters.get(organization_id, query.slug)
        if meter is None:
            raise exceptions.MeterNotFound
        if meter.state == "building":
            raise exceptions.MeterBuilding
        asked = metering.answerable(meter, query.aggregation)
        parts = timing.cut(query)
        room = filling.room(parts, constants.GROUPS)
        ready = _is_ready(meter, query, parts)
        cells = await self._cells(meter, asked, query, parts, groups=room + 1, ready=ready)
        series = filling.series(parts, cells, asked, query.dimensions)
        meta = schemas.Meta(
            source="rollup" if ready else "raw", tz=query.tz, overflow=len(series) > room
        )
        return schemas.Answer(series=series[:room], meta=meta)

    async def _cells(
        self,
        meter: Meter,
        asked: Aggregation,
        query: schemas.MeterUsage,
        parts: timing.Parts,
        *,
        groups: int,
        ready: bool,
    ) -> list[Cell]:
        bounds = timing.bounds(parts)
        if ready:
            return await self.rollups.cells(meter, asked, bounds, query.dimensions, groups=groups)
        question = Question(
            organization_id=meter.organization_id,
            event=meter.event_name,
            aggregation=asked,
            property=meter.property,
            begin=bounds[0],
            end=bounds[-1],
            group_by=query.dimensions,
            filter=meter.filter,
        )
        return await self.stats_numbers.cells(question, bounds, groups=groups)


def _is_ready(meter: Meter, query: schemas.MeterUsage, parts: timing.Parts) -> bool:
    """Tell whether it was added up by what is asked for."""
    quarters = all(one == metering.quarter(one) for one in timing.bounds(parts))
    return quarters and set(query.dimensions) <= set(meter.dimensions)
