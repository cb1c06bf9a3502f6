from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import override

from core.models import OrganizationId
from core.stats import metering, ports
from core.stats.constants import BUCKET
from core.stats.models import Aggregation, Contribution, Meter
from core.stats.questions import Cell, Question


class Rollups(ports.Rollups):
    """Nothing is added up beforehand: a meter's numbers are read from the events themselves.

    So they are exact without a transaction over two databases.
    """

    def __init__(self, numbers: ports.Numbers) -> None:
        self._numbers = numbers

    @override
    async def add(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> None:
        """What would be added is among the events."""

    @override
    async def between(
        self, meter: Meter, begin: datetime, end: datetime, *, hourly: bool = False
    ) -> list[Contribution]:
        bounds = [begin + n * BUCKET for n in range((end - begin) // BUCKET + 1)]
        unique = meter.aggregation == "unique"
        cells = await self.cells(meter, "unique" if unique else "sum", bounds, (), groups=1)
        found = [
            Contribution(
                meter_id=meter.id,
                bucket=bounds[cell.part],
                n=cell.n,
                sum=Decimal(0) if unique else cell.value,
            )
            for cell in cells
            if cell.part is not None
        ]
        return metering.by_hour(found) if hourly else found

    @override
    async def cells(
        self,
        meter: Meter,
        aggregation: Aggregation,
        bounds: Sequence[datetime],
        group_by: Sequence[str],
        *,
        groups: int,
    ) -> list[Cell]:
        question = Question(
            organization_id=meter.organization_id,
            event=meter.event_name,
            aggregation=aggregation,
            property=meter.property,
            begin=bounds[0],
            end=bounds[-1],
            group_by=tuple(group_by),
            filter=meter.filter,
        )
        return await self._numbers.cells(question, bounds, groups=groups)
