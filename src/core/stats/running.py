"""Reports become queries of some time, and queries what they give."""

from datetime import datetime
from typing import Any, assert_never

from core.exceptions import FieldError, ValidationFailed
from core.models import OrganizationId
from core.ports import Clock
from core.service import Collaborator
from core.stats import answering, metering, ports, schemas, timing
from core.stats.models import Interval
from core.stats.reports import (
    AnyAsk,
    AskFunnel,
    AskMeter,
    AskRetention,
    AskTop,
    AskTrend,
    Period,
    Report,
)


class Running(Collaborator):
    """Asks what a report asks."""

    trends: answering.Trends
    usages: answering.Usages
    tops: answering.Tops
    funnels: answering.Funnels
    retentions: answering.Retentions
    clock: Clock

    async def __call__(self, report: Report) -> schemas.Result:
        now = self.clock.now()
        told = _told(report.query, report.range, now)
        about = {
            "kind": report.query.kind,
            "begin": told["from"],
            "end": told["to"],
            "computed_at": now,
        }
        organization_id = report.organization_id
        match report.query:
            case AskTrend():
                answer = await self.trends(schemas.Query(**told), organization_id)
                chart = schemas.Chart.of(answer)
                return schemas.RanTrend.model_validate(chart.model_dump() | about)
            case AskMeter():
                answer = await self.usages(schemas.MeterUsage(**told), organization_id)
                return schemas.RanMeter.model_validate(answer.model_dump() | about)
            case AskTop():
                top = await self.tops(schemas.TopQuery(**told), organization_id)
                return schemas.RanTop.model_validate(top.model_dump() | about)
            case AskFunnel():
                funnel = await self.funnels(schemas.FunnelQuery(**told), organization_id)
                return schemas.RanFunnel.model_validate(funnel.model_dump() | about)
            case AskRetention():
                query = schemas.RetentionQuery(**told)
                retention = await self.retentions(query, organization_id)
                return schemas.RanRetention.model_validate(retention.model_dump() | about)
            case never:
                assert_never(never)


class Judging(Collaborator):
    """Refuses what could not be asked, before it is kept."""

    stats_meters: ports.Meters
    clock: Clock

    async def __call__(self, report: Report) -> None:
        """Raise UnknownZone, QueryTooExpensive, Unmetered, or ValidationFailed for no meter."""
        now, ask, period = self.clock.now(), report.query, report.range
        interval = _interval(ask)
        if period.last is not None:
            timing.check(now - period.last, now, interval)
        told = _told(ask, period, now)
        match ask:
            case AskTrend():
                timing.cut(schemas.Query(**told))
            case AskMeter():
                await self._judge_meter(ask, report.organization_id)
                timing.cut(schemas.MeterUsage(**told))
            case AskRetention():
                timing.periods(schemas.RetentionQuery(**told))
            case AskTop() | AskFunnel():
                pass
            case never:
                assert_never(never)

    async def _judge_meter(self, ask: AskMeter, organization_id: OrganizationId) -> None:
        meter = await self.stats_meters.get(organization_id, ask.slug)
        if meter is None:
            detail = "There is no such meter."
            raise ValidationFailed(errors=[FieldError("#/query/slug", "unknown_meter", detail)])
        metering.answerable(meter, ask.aggregation)


def between(ask: AnyAsk, period: Period, now: datetime) -> tuple[datetime, datetime]:
    """Return from when until when a report is."""
    if period.begin is not None and period.end is not None:
        return period.begin, period.end
    assert period.last is not None  # noqa: S101 - it is one or the other
    interval = _interval(ask)
    zone = ask.tz if isinstance(ask, AskTrend | AskMeter | AskRetention) else "UTC"
    return timing.latest(period.last, interval, timing.zone_of(zone), now)


def _told(ask: AnyAsk, period: Period, now: datetime) -> dict[str, Any]:
    """Return what a report asks as one would ask it now."""
    told = ask.model_dump(exclude={"kind"})
    if isinstance(ask, AskMeter):
        told["group_by"] = ",".join(ask.group_by) or None
    begin, end = between(ask, period, now)
    return told | {"from": begin, "to": end}


def _interval(ask: AnyAsk) -> Interval | None:
    match ask:
        case AskTrend() | AskMeter():
            return ask.interval
        case AskRetention():
            return ask.period
        case _:
            return None
