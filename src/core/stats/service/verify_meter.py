from datetime import datetime

from core.models import Actor
from core.service import UseCase
from core.stats import constants, exceptions, metering, ports, schemas
from core.stats.models import Meter
from core.stats.scanning import scan
from core.stats.selections import Selection


class VerifyMeter(UseCase):
    """See where a meter says something else than the events that are kept.

    Nowhere, unless somebody was forgotten: what was added up of them stays. An hour that is
    something else than its quarters is told as well.
    """

    stats_events: ports.Events
    stats_meters: ports.Meters
    rollups: ports.Rollups

    async def __call__(self, query: schemas.VerifyMeter, actor: Actor) -> list[schemas.Difference]:
        organization_id = actor.require(constants.STATS_READ)
        meter = await self.stats_meters.get(organization_id, query.slug)
        if meter is None:
            raise exceptions.MeterNotFound
        if meter.state == "building":
            raise exceptions.MeterBuilding
        begin, end = metering.quarter(query.begin), metering.quarter(query.end)
        told = Selection(name=meter.event_name, begin=begin, end=end)
        expected = metering.Sums()
        async for page in scan(self.stats_events, organization_id, told):
            expected.add(metering.contributions([meter], page))
        kept = metering.Sums()
        kept.add(await self.rollups.between(meter, begin, end))
        hours = await self._hours(meter, *metering.whole_hours(begin, end))
        return [*_differences(kept, expected), *hours]

    async def _hours(
        self, meter: Meter, begin: datetime, end: datetime
    ) -> list[schemas.Difference]:
        """Return hours that are something else than their quarters."""
        of_quarters, of_hours = metering.Sums(), metering.Sums()
        of_quarters.add(metering.by_hour(await self.rollups.between(meter, begin, end)))
        of_hours.add(await self.rollups.between(meter, begin, end, hourly=True))
        return _differences(of_hours, of_quarters)


def _differences(kept: metering.Sums, expected: metering.Sums) -> list[schemas.Difference]:
    return [
        schemas.Difference(bucket=bucket, meter=kept.of(bucket), events=expected.of(bucket))
        for bucket in sorted(kept.buckets | expected.buckets)
        if kept.of(bucket) != expected.of(bucket)
    ]
