"""What the stats module leans on."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, Unpack

from core.listing import Found, Window
from core.models import OrganizationId
from core.stats.answers import Answer
from core.stats.drawing import Drawing
from core.stats.models import (
    Aggregation,
    Alert,
    AlertId,
    Contribution,
    Event,
    EventId,
    Meter,
    MeterId,
    NameSeen,
)
from core.stats.questions import (
    Cell,
    FunnelQuestion,
    PropSeen,
    Question,
    RetentionQuestion,
    Return,
)
from core.stats.reports import Dashboard, DashboardId, Report, ReportId
from core.stats.selections import Selection

type Identity = tuple[datetime, EventId]
type Keep = Callable[[OrganizationId, Sequence[Event]], Awaitable[set[Identity]]]


class Events(Protocol):
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        """Keep events; return those that were not there before, each once.

        They are of one organization. Raise EventOutOfRange for a time that there is no room for.
        """

    async def get(
        self, organization_id: OrganizationId, event_id: EventId, time: datetime
    ) -> Event | None: ...

    async def page(
        self,
        organization_id: OrganizationId,
        selection: Selection,
        *,
        limit: int,
        before: Identity | None = None,
    ) -> list[Event]:
        """Return events, the newest first."""

    async def erase(self, organization_id: OrganizationId, subject: str) -> int:
        """Forget all events of somebody; what was added up of them stays."""


class EventNames(Protocol):
    async def admit(
        self, organization_id: OrganizationId, seen: Mapping[str, datetime]
    ) -> set[str]:
        """Note when names were seen last; return those that are one too many."""

    async def all(
        self, organization_id: OrganizationId, begin: datetime, end: datetime
    ) -> list[NameSeen]:
        """Return what kinds of events there are, the most frequent of that time first."""

    async def props(self, organization_id: OrganizationId, name: str) -> list[PropSeen]:
        """Return what the newest events of a name have as properties, the most frequent first."""


class Numbers(Protocol):
    async def cells(
        self, question: Question, bounds: Sequence[datetime], *, groups: int
    ) -> list[Cell]:
        """Return the numbers of the largest groups: of each part that has any, and of the whole.

        The parts lie between the bounds, which are in order. Raise QueryTooExpensive.
        """


class Journeys(Protocol):
    async def funnel(self, question: FunnelQuestion) -> list[int]:
        """Return how many got as far as each step. Raise QueryTooExpensive."""

    async def retention(
        self, question: RetentionQuestion, bounds: Sequence[datetime]
    ) -> list[Return]:
        """Return who came back when; part nought after the first is whoever was there at all."""


class Meters(Protocol):
    async def add(self, meter: Meter, *, most: int) -> None:
        """Keep a new one, which is told of what happens from now on.

        Raise MeterTaken, or TooManyMeters if there are `most`.
        """

    async def get(
        self, organization_id: OrganizationId, slug: str, *, hold: bool = False
    ) -> Meter | None:
        """Return one; to `hold` it lets nobody else do so until the transaction ends."""

    async def all(self, organization_id: OrganizationId) -> list[Meter]:
        """Return an organization's meters by slug."""

    async def put(self, meter: Meter, *, restart: bool = False) -> None:
        """Change one; to `restart` it forgets what it added up and is told of what happens now."""

    async def remove(self, organization_id: OrganizationId, meter_id: MeterId) -> bool:
        """Forget one with all it added up."""

    async def share(self, organization_id: OrganizationId) -> None:
        """Let nobody change the meters until the transaction ends; others may share."""

    async def lock(self, organization_id: OrganizationId) -> None:
        """Let nobody add to the meters until the transaction ends."""


class Rollups(Protocol):
    async def add(
        self, organization_id: OrganizationId, contributions: Sequence[Contribution]
    ) -> None:
        """Add what events contribute.

        Of a day a meter tells so many dims apart; all further ones are added up as one.
        """

    async def between(
        self, meter: Meter, begin: datetime, end: datetime, *, hourly: bool = False
    ) -> list[Contribution]:
        """Return what was added to the quarters of an hour of a range, or to its hours."""

    async def cells(
        self,
        meter: Meter,
        aggregation: Aggregation,
        bounds: Sequence[datetime],
        group_by: Sequence[str],
        *,
        groups: int,
    ) -> list[Cell]:
        """Return numbers as `Numbers` does; the bounds are quarters of an hour."""


class Alerts(Protocol):
    async def add(self, alert: Alert, *, most: int) -> None:
        """Keep a new one; raise TooManyAlerts if there are `most`, MeterNotFound without meter."""

    async def of(self, organization_id: OrganizationId) -> list[Alert]:
        """Return an organization's alerts, the oldest first."""

    async def page(self, after: AlertId | None, *, limit: int) -> list[Alert]:
        """Return alerts of all organizations in the order of their ids."""

    async def put(self, alert: Alert) -> None:
        """Say what became of one; nothing if it is gone."""

    async def remove(self, organization_id: OrganizationId, alert_id: AlertId) -> bool:
        """Forget one; one also goes with its meter."""


class Partitions(Protocol):
    async def ensure(self, begin: datetime, end: datetime) -> list[str]:
        """Have a place for events of each month of a range; return the names of new ones."""

    async def drop(self, before: datetime) -> list[str]:
        """Forget the months that ended before then; return their names."""

    async def all(self, before: datetime | None = None) -> list[str]:
        """Return the names of the months, the oldest first; of those that ended before then."""


class Reports(Protocol):
    async def lock(self, organization_id: OrganizationId) -> None:
        """Let nobody change reports or dashboards until the transaction ends."""

    async def add(self, report: Report, *, most: int) -> None:
        """Keep a new one; raise TooManyReports if there are `most` already."""

    async def get(self, organization_id: OrganizationId, report_id: ReportId) -> Report | None: ...

    async def some(
        self, organization_id: OrganizationId, report_ids: Sequence[ReportId]
    ) -> list[Report]:
        """Return those that there are, in the order that is asked for."""

    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Report]:
        """Return reports, the newest first."""

    async def put(self, report: Report) -> None:
        """Change one that is there."""

    async def remove(self, organization_id: OrganizationId, report_id: ReportId) -> bool: ...


class Dashboards(Protocol):
    async def add(self, dashboard: Dashboard, *, most: int) -> None:
        """Keep a new one; raise TooManyDashboards if there are `most` already."""

    async def get(
        self, organization_id: OrganizationId, dashboard_id: DashboardId
    ) -> Dashboard | None: ...

    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Dashboard]:
        """Return dashboards, the newest first."""

    async def put(self, dashboard: Dashboard) -> None:
        """Change one that is there."""

    async def remove(self, organization_id: OrganizationId, dashboard_id: DashboardId) -> bool: ...

    async def take_off(
        self, organization_id: OrganizationId, report_id: ReportId, now: datetime
    ) -> int:
        """Take a report off all dashboards, which are changed by that; return how many."""


class Answers(Protocol):
    async def some(
        self, organization_id: OrganizationId, reports: Sequence[Report], since: datetime
    ) -> list[Answer]:
        """Return what came of reports, as these are, since then."""

    async def keep(self, organization_id: OrganizationId, answers: Sequence[Answer]) -> None:
        """Keep what came of reports, each in the place of what is older.

        What does not fit its report any more is not kept, nor if that is gone.
        """

    async def drop(self, organization_id: OrganizationId) -> None:
        """Forget all, and take none whose report was read before the transaction ends.

        Whoever does so has the lock of reports.
        """

    async def purge(self, before: datetime) -> int:
        """Forget everybody's that were computed before then; return how many."""


class Charts(Protocol):
    async def draw(self, drawing: Drawing) -> bytes:
        """Return SVG that loads nothing and runs nothing, whatever things are called in it."""


class Gathering(Protocol):
    async def __call__(
        self, organization_id: OrganizationId, events: Sequence[Event], keep: Keep
    ) -> set[Identity]:
        """Have events kept together with what others send meanwhile; return which were new.

        It returns once they are kept for good. Raise Unavailable when too many wait already.
        """
