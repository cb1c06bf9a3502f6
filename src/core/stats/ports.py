"""What the stats module leans on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.models import OrganizationId
from core.stats.models import Cell, Contribution, Event, EventId, Meter, MeterId, NameSeen, Question

type Identity = tuple[datetime, EventId]


class Events(Protocol):
    async def append(self, events: Sequence[Event]) -> set[Identity]:
        """Keep events; return those that were not there before, each once.

        They are of one organization. Raise EventOutOfRange for a time that nothing is kept of.
        """

    async def get(
        self, organization_id: OrganizationId, event_id: EventId, time: datetime
    ) -> Event | None: ...

    async def page(
        self,
        organization_id: OrganizationId,
        *,
        limit: int,
        before: Identity | None = None,
        name: str | None = None,
        subject: str | None = None,
    ) -> list[Event]:
        """Return events, the newest first."""

    async def erase(self, organization_id: OrganizationId, subject: str) -> int:
        """Forget all events of somebody; what was added up of them stays."""

    async def names(self, organization_id: OrganizationId) -> list[NameSeen]:
        """Return what kinds of events there are, the most frequent first."""


class Numbers(Protocol):
    async def cells(self, question: Question, bounds: Sequence[datetime]) -> list[Cell]:
        """Return a number for each part that has any, and each group.

        The parts lie between the bounds, which are in order; without bounds there is one.
        """


class Meters(Protocol):
    async def add(self, meter: Meter, *, most: int) -> None:
        """Keep a new one; raise MeterTaken, or TooManyMeters if there are `most`."""

    async def get(self, organization_id: OrganizationId, slug: str) -> Meter | None: ...

    async def all(self, organization_id: OrganizationId) -> list[Meter]:
        """Return an organization's meters by slug."""

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
        """Add what new events contribute."""

    async def build(self, meter: Meter) -> int:
        """Add up all events there are for a new meter; return how many they were."""

    async def cells(
        self, meter: Meter, bounds: Sequence[datetime], group_by: Sequence[str]
    ) -> list[Cell]:
        """Return a number for each part that has any; the bounds are quarters of an hour."""


class Partitions(Protocol):
    async def ensure(self, begin: datetime, end: datetime) -> list[str]:
        """Have a place for events of each month of a range; return the names of new ones."""

    async def drop(self, before: datetime) -> list[str]:
        """Forget the months that ended before then; return their names."""
