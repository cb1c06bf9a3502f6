"""How each kind of what is asked is answered, whoever asks: a request, a report, a chart."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Literal, NamedTuple

from core.models import OrganizationId
from core.service import Collaborator
from core.stats import constants, exceptions, filling, metering, ports, schemas, stitching, timing
from core.stats.models import Aggregation, Meter
from core.stats.questions import Cell, FunnelQuestion, Question, RetentionQuestion, Step
from core.stats.side_by_side import side_by_side


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


class Usage(NamedTuple):
    """What is asked of a meter."""

    meter: Meter
    aggregation: Aggregation
    dimensions: tuple[str, ...]
    bounds: list[datetime]
    groups: int

    @property
    def by_dimensions(self) -> bool:
        return set(self.dimensions) <= set(self.meter.dimensions)

    @property
    def in_quarters(self) -> bool:
        return all(one == metering.quarter(one) for one in self.bounds)

    def question(self) -> Question:
        """Return the same question, put to the events."""
        return Question(
            organization_id=self.meter.organization_id,
            event=self.meter.event_name,
            aggregation=self.aggregation,
            property=self.meter.property,
            begin=self.bounds[0],
            end=self.bounds[-1],
            group_by=self.dimensions,
            filter=self.meter.filter,
        )


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
        usage = Usage(meter, asked, query.dimensions, timing.bounds(parts), groups=room + 1)
        cells, source = await self._cells(usage)
        series = filling.series(parts, cells, asked, query.dimensions)
        meta = schemas.Meta(source=source, tz=query.tz, overflow=len(series) > room)
        return schemas.Answer(series=series[:room], meta=meta)

    async def _cells(self, usage: Usage) -> tuple[list[Cell], Literal["rollup", "raw"]]:
        """Return what was added up where that is all, or with what the events say of the edges."""
        bounds, groups = usage.bounds, usage.groups
        if usage.by_dimensions and usage.in_quarters:
            return await self._added_up(usage, bounds), "rollup"
        middle = stitching.middle(bounds, usage.aggregation) if usage.by_dimensions else None
        if middle is None:
            return await self.stats_numbers.cells(usage.question(), bounds, groups=groups), "raw"
        return await self._stitched(usage, middle), "rollup"

    async def _stitched(self, usage: Usage, middle: Sequence[datetime]) -> list[Cell]:
        """Put all groups together before the largest are told: no edge alone knows them."""
        bounds = usage.bounds
        whole = usage._replace(
            aggregation=stitching.ADDING[usage.aggregation], groups=constants.CELLS
        )
        edges = [
            whole.question().evolve(begin=begin, end=end)
            for begin, end in ((bounds[0], middle[0]), (middle[-1], bounds[-1]))
            if begin < end
        ]
        counted = [self.stats_numbers.cells(edge, bounds, groups=whole.groups) for edge in edges]
        cells = chain(*await side_by_side([self._added_up(whole, middle), *counted]))
        return filling.largest(stitching.together(cells, usage.aggregation), usage.groups)

    async def _added_up(self, usage: Usage, bounds: Sequence[datetime]) -> list[Cell]:
        return await self.rollups.cells(
            usage.meter, usage.aggregation, bounds, usage.dimensions, groups=usage.groups
        )


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
