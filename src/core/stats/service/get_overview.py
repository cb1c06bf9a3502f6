from datetime import datetime, timedelta
from typing import Any, Final

from core.models import Actor, OrganizationId
from core.ports import Clock
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.config import StatsConfig
from core.stats.exceptions import QueryTooExpensive
from core.stats.questions import Cell, Question
from core.stats.side_by_side import side_by_side

DAY: Final = timedelta(days=1)
MONTH: Final = 30 * DAY

type Asked = dict[str, Any]

COUNTED: Final[tuple[tuple[str, timedelta, Asked], ...]] = (
    ("events", MONTH, {}),
    ("active_daily", DAY, {"aggregation": "unique"}),
    ("active_weekly", 7 * DAY, {"aggregation": "unique"}),
    ("active_monthly", MONTH, {"aggregation": "unique"}),
    ("sign_ups", MONTH, {"event": "$accounts.user_registered"}),
    ("new_members", MONTH, {"event": "$accounts.member_added"}),
    ("new_organizations", MONTH, {"event": "$accounts.organization_created"}),
    ("files_uploaded", MONTH, {"event": "$storage.object_available"}),
    (
        "bytes_uploaded",
        MONTH,
        {"event": "$storage.object_available", "aggregation": "sum", "property": "size"},
    ),
)
"""What is told, of how long, and how it is counted."""

PAID: Final = {
    "event": "$billing.invoice_paid",
    "aggregation": "sum",
    "property": "total",
    "group_by": ("currency",),
}
RECURRING: Final = {
    "event": "$billing.mrr_changed",
    "aggregation": "sum",
    "property": "delta",
    "group_by": ("currency",),
}
CURRENCIES: Final = 9


class GetOverview(UseCase):
    """See how it goes, without having asked for anything: of lately, and of as long before."""

    stats_numbers: ports.Numbers
    stats_config: StatsConfig
    clock: Clock

    async def __call__(self, _: None, actor: Actor) -> schemas.OverviewView:
        organization_id = actor.require(constants.STATS_READ)
        now = self.clock.now()
        since = now - self.stats_config.retention  # what is paid a month is the sum of how it moved
        spans = [(key, _spans(now, length), asked) for key, length, asked in COUNTED]
        spans.append(("revenue", _spans(now, MONTH), PAID))
        spans.append(("mrr", [since, now - MONTH, now + constants.AHEAD], RECURRING))
        found = await side_by_side(self._cards(organization_id, *asked) for asked in spans)
        return schemas.OverviewView(cards=[card for some in found for card in some])

    async def _cards(
        self, organization_id: OrganizationId, key: str, bounds: list[datetime], asked: Asked
    ) -> list[schemas.Card]:
        question = Question(
            organization_id=organization_id, begin=bounds[0], end=bounds[-1], **asked
        )
        try:
            cells = await self.stats_numbers.cells(question, bounds, groups=CURRENCIES)
        except QueryTooExpensive:
            return [schemas.Card(key=key, currency=None, value=None, previous=None)]
        groups = list(dict.fromkeys(cell.group for cell in cells)) or [
            () for _ in range("group_by" not in asked)
        ]
        return [_card(key, group, cells, running=asked is RECURRING) for group in groups]


def _spans(now: datetime, length: timedelta) -> list[datetime]:
    end = now + constants.AHEAD
    return [end - 2 * length, end - length, end]


def _card(key: str, group: tuple[str, ...], cells: list[Cell], *, running: bool) -> schemas.Card:
    """Return a card; a `running` number is that of all time, and was that of all time before."""
    values = {cell.part: float(cell.value) for cell in cells if cell.group == group}
    before, lately = values.get(0, 0.0), values.get(1, 0.0)
    return schemas.Card(
        key=key,
        currency=group[0] if group else None,
        value=before + lately if running else lately,
        previous=before,
    )
