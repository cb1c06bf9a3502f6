from collections.abc import Sequence
from datetime import datetime

from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, filling, metering, ports, schemas
from core.stats.models import Cell, Meter, Question
from core.stats.service.query_stats import cut


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
        parts = cut(query)
        bounds = [*(begin for begin, _ in parts), query.end]
        ready = all(one == metering.quarter(one) for one in bounds)
        ready = ready and set(query.dimensions) <= set(meter.dimensions)
        cells = await self._cells(meter, bounds, query.dimensions, ready=ready)
        totals = cells
        if len(parts) > 1:
            whole = [query.begin, query.end]
            totals = await self._cells(meter, whole, query.dimensions, ready=ready)
        series, overflow = filling.series(parts, cells, totals, meter.aggregation, query.dimensions)
        meta = schemas.Meta(source="rollup" if ready else "raw", tz=query.tz, overflow=overflow)
        return schemas.Answer(series=series, meta=meta)

    async def _cells(
        self, meter: Meter, bounds: Sequence[datetime], group_by: tuple[str, ...], *, ready: bool
    ) -> list[Cell]:
        if ready:
            return await self.rollups.cells(meter, bounds, group_by)
        question = Question(
            organization_id=meter.organization_id,
            event=meter.event_name,
            aggregation=meter.aggregation,
            property=meter.property,
            begin=bounds[0],
            end=bounds[-1],
            group_by=group_by,
        )
        return await self.stats_numbers.cells(question, bounds)
