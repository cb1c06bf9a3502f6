from core.models import Actor, OrganizationId
from core.ports import Transaction
from core.service import UseCase
from core.stats import metering, ports, schemas
from core.stats.config import StatsConfig
from core.stats.models import Contribution, Event, Meter
from core.stats.scanning import scan
from core.stats.selections import Selection


class BuildMeter(UseCase):
    """Add up what was received before a meter was told of it, a day at a time, the newest first.

    Each day is a transaction of its own that says how far the meter is: whoever goes on after a
    crash adds nothing twice. What happens meanwhile is added by those who send it.
    """

    stats_events: ports.Events
    stats_meters: ports.Meters
    rollups: ports.Rollups
    transaction: Transaction
    stats_config: StatsConfig

    async def __call__(self, job: schemas.BuildMeter, _: Actor) -> None:
        while await self._day(job.organization_id, job.slug):
            pass

    async def _day(self, organization_id: OrganizationId, slug: str) -> bool:
        """Add the newest day that is missing; return whether one was."""
        async with self.transaction():
            await self.stats_meters.share(organization_id)
            meter = await self.stats_meters.get(organization_id, slug, hold=True)
            if meter is None or meter.state == "active":
                return False
            left = Selection(
                name=meter.event_name,
                end=meter.built_until,
                received_before=meter.active_from,
            )
            newest = await self._newest(organization_id, left)
            if newest is None:
                await self.stats_meters.put(meter.evolve(state="active", built_until=None))
                return False
            begin = newest.time.replace(hour=0, minute=0, second=0, microsecond=0)
            await self._add(meter, left.evolve(begin=begin))
            await self.stats_meters.put(meter.evolve(built_until=begin))
        return True

    async def _newest(self, organization_id: OrganizationId, left: Selection) -> Event | None:
        if not self.stats_config.adds_up:
            return None
        page = await self.stats_events.page(organization_id, left, limit=1)
        return page[0] if page else None

    async def _add(self, meter: Meter, day: Selection) -> None:
        """Add a day at once, in the order in which those who send meanwhile add to them."""
        found: list[Contribution] = []
        async for page in scan(self.stats_events, meter.organization_id, day):
            found += metering.contributions([meter], page)
        if found:
            await self.rollups.add(meter.organization_id, metering.merged(found))
