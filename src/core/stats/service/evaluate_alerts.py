from datetime import datetime
from decimal import Decimal

from core.models import Actor
from core.ports import Clock, Events, Transaction
from core.service import UseCase
from core.stats import constants, metering, ports, schemas, timing
from core.stats.events import AlertFired, AlertResolved
from core.stats.models import Alert, AlertId


class EvaluateAlerts(UseCase):
    """Look at what meters say each minute; tell once where that is too much, and once when not.

    A meter that is still building says nothing yet.
    """

    alerts: ports.Alerts
    stats_meters: ports.Meters
    rollups: ports.Rollups
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(self, _: schemas.EvaluateAlerts, actor: Actor) -> int:
        actor.require_platform("operator")
        changed = 0
        last: AlertId | None = None
        while page := await self.alerts.page(last, limit=constants.SCAN):
            for alert in page:
                changed += await self._evaluate(alert)
            last = page[-1].id
        return changed

    async def _evaluate(self, alert: Alert) -> bool:
        now = self.clock.now()
        since = timing.floor(now, alert.window, timing.zone_of(alert.tz))
        value = await self._value(alert, since, now)
        if value is None:
            return False
        state = "firing" if alert.fires_at(value) else "ok"
        if state == alert.state:
            return False
        kind = AlertFired if state == "firing" else AlertResolved
        async with self.transaction():
            await self.alerts.put(alert.evolve(state=state, value=value, changed_at=now))
            await self.events.publish(
                kind(
                    at=now,
                    organization_id=alert.organization_id,
                    alert_id=alert.id,
                    title=alert.title,
                    meter=alert.meter,
                    value=value,
                    since=since,
                )
            )
        return True

    async def _value(self, alert: Alert, since: datetime, now: datetime) -> Decimal | None:
        meter = await self.stats_meters.get(alert.organization_id, alert.meter)
        if meter is None or meter.state == "building":
            return None
        bounds = [since, metering.quarter(now) + constants.BUCKET]
        cells = await self.rollups.cells(meter, alert.aggregation, bounds, (), groups=1)
        return cells[0].value if cells else Decimal(0)
