"""How each kind of what is asked is answered, whoever asks: a request, a report, a chart."""

from core.models import OrganizationId
from core.service import Collaborator
from core.stats import constants, exceptions, filling, metering, ports, schemas, timing
from core.stats.models import Aggregation, Meter
from core.stats.questions import Cell, FunnelQuestion, Question, RetentionQuestion, Step


class Trends(Collaborator):
    stats_numbers: ports.Numbers

    async def __call__(
        self, query: schemas.Query, organization_id: OrganizationId
    ) -> schemas.Answer:
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
        question = Question(
            organization_id=organization_id,
            event=query.event,
            aggregation=query.aggregation,
            property=query.property,
            begin=query.begin,
            end=query.end,
            group_by=query.group_by,
            filter=query.filter,
        )
        cells = await self.stats_numbers.cells(question, timing.bounds(parts), groups=room + 1)
        series = filling.series(parts, cells, query.aggregation, query.group_by)
        return series[:room], len(series) > room


class Usages(Collaborator):
    stats_meters: ports.Meters
    stats_numbers: ports.Numbers
    rollups: ports.Rollups

    async def __call__(
        self, query: schemas.MeterUsage, organization_id: OrganizationId
    ) -> schemas.Answer:
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


class Tops(Collaborator):
    stats_numbers: ports.Numbers

    async def __call__(
        self, query: schemas.TopQuery, organization_id: OrganizationId
    ) -> schemas.TopView:
        question = Question(
            organization_id=organization_id,
            event=query.event,
            aggregation=query.aggregation,
            property=query.property,
            begin=query.begin,
            end=query.end,
            group_by=(query.by,),
            filter=query.filter,
        )
        bounds = [query.begin, query.end]
        cells = await self.stats_numbers.cells(question, bounds, groups=query.limit + 1)
        found = [
            schemas.TopItem(key=cell.group[0], value=float(cell.value))
            for cell in cells
            if cell.part is None
        ]
        return schemas.TopView(items=found[: query.limit], more=len(found) > query.limit)


class Funnels(Collaborator):
    journeys: ports.Journeys

    async def __call__(
        self, query: schemas.FunnelQuery, organization_id: OrganizationId
    ) -> schemas.FunnelView:
        question = FunnelQuestion(
            organization_id=organization_id,
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


class Retentions(Collaborator):
    journeys: ports.Journeys

    async def __call__(
        self, query: schemas.RetentionQuery, organization_id: OrganizationId
    ) -> schemas.RetentionView:
        question = RetentionQuestion(
            organization_id=organization_id,
            first=Step(event=query.first.event, filter=query.first.filter),
            again=Step(event=query.again.event, filter=query.again.filter),
        )
        parts = timing.periods(query)
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
