from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import override

from adapters.memory.store import Store
from core.billing import ports
from core.billing.models import Movement, MovementKind, Revenue
from core.models import Model, OrganizationId


class Kept(Model):
    organization_id: OrganizationId
    movement: Movement
    at: datetime


class Movements(ports.Movements):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Kept)
        self._numbers = count()

    @override
    async def mrr(self, organization_id: OrganizationId) -> dict[str, int]:
        found: Counter[str] = Counter()
        for row in self._rows.values():
            if row.organization_id == organization_id:
                found[row.movement.currency] += row.movement.delta
        return dict(found)

    @override
    async def add(
        self, organization_id: OrganizationId, movements: Sequence[Movement], at: datetime
    ) -> None:
        async with self._store.writing():
            for one in movements:
                kept = Kept(organization_id=organization_id, movement=one, at=at)
                self._rows[next(self._numbers)] = kept

    @override
    async def totals(self) -> list[Revenue]:
        found: defaultdict[str, Counter[OrganizationId]] = defaultdict(Counter)
        for row in self._rows.values():
            found[row.movement.currency][row.organization_id] += row.movement.delta
        return [
            Revenue(
                currency=currency,
                mrr=paid.total(),
                organizations=sum(amount > 0 for amount in paid.values()),
            )
            for currency, paid in sorted(found.items())
        ]

    @override
    async def since(self, moment: datetime) -> dict[tuple[str, MovementKind], int]:
        found: Counter[tuple[str, MovementKind]] = Counter()
        for row in self._rows.values():
            if row.at >= moment:
                found[row.movement.currency, row.movement.kind] += row.movement.delta
        return dict(found)
