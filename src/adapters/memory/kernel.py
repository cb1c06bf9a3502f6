import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count
from math import ceil
from typing import Any, Literal, Unpack, override
from uuid import UUID

from adapters.memory.store import Store
from core import ports
from core.accounts.sso.models import Transaction
from core.audit import AuditEvent, AuditFilter
from core.exceptions import Exceeded, IdempotencyKeyInFlight, IdempotencyKeyReused, RateLimited
from core.listing import Found, Window, applied
from core.models import Actor, Job, Limit, Model, OrganizationId
from core.stored import StoredAnswer

_log = logging.getLogger("core_api.jobs")


class AuditLog(ports.AuditLog):
    def __init__(self, store: Store, clock: ports.Clock, ids: ports.Ids) -> None:
        self._store = store
        self._rows = store.table(AuditEvent)
        self._clock = clock
        self._ids = ids

    @override
    async def record(
        self,
        actor: Actor,
        action: str,
        *,
        target: tuple[str, UUID] | None = None,
        organization_id: OrganizationId | None = None,
        outcome: Literal["success", "failure"] = "success",
        **metadata: Any,
    ) -> None:
        event = AuditEvent.of(
            self._ids.new(),
            self._clock.now(),
            actor,
            action,
            target=target,
            organization_id=organization_id,
            outcome=outcome,
            metadata=json.loads(json.dumps(metadata)),
        )
        async with self._store.writing():
            self._rows[event.id] = event

    @override
    async def page(
        self, organization_id: OrganizationId, matching: AuditFilter, **window: Unpack[Window]
    ) -> Found[AuditEvent]:
        found = self._matching(matching)
        return applied((one for one in found if one.organization_id == organization_id), **window)

    @override
    async def everywhere(
        self, matching: AuditFilter, **window: Unpack[Window]
    ) -> Found[AuditEvent]:
        return applied(self._matching(matching), **window)

    def _matching(self, matching: AuditFilter) -> Iterator[AuditEvent]:
        for event in self._rows.values():
            if (
                matching.action in {None, event.action}
                and matching.actor_id in {None, event.actor_id}
                and matching.target_type in {None, event.target_type}
                and matching.target_id in {None, event.target_id}
                and matching.outcome in {None, event.outcome}
                and (matching.since is None or event.occurred_at >= matching.since)
                and (matching.until is None or event.occurred_at < matching.until)
            ):
                yield event


class Throttle(ports.Throttle):
    def __init__(self, clock: ports.Clock, *, multiplier: int) -> None:
        self._clock = clock
        self._multiplier = multiplier
        self._counters: dict[tuple[str, str], tuple[int, datetime]] = {}

    @override
    async def hit(self, *limits: tuple[Limit, str]) -> None:
        now, exceeded = self._clock.now(), []
        for limit, subject in limits:
            hits, ends_at = self._counters.get((limit.name, subject), (0, now))
            if ends_at <= now:
                hits, ends_at = 0, now + timedelta(seconds=limit.seconds)
            self._counters[limit.name, subject] = hits + 1, ends_at
            allowed, left = limit.count * self._multiplier, ceil((ends_at - now).total_seconds())
            if hits + 1 > allowed:
                exceeded.append(Exceeded(limit.name, allowed, limit.seconds, left))
        if exceeded:
            raise RateLimited(*exceeded)

    @override
    async def forgive(self, *limits: tuple[Limit, str]) -> None:
        for limit, subject in limits:
            if counter := self._counters.get((limit.name, subject)):
                self._counters[limit.name, subject] = max(counter[0] - 1, 0), counter[1]

    def purge(self, now: datetime) -> int:
        over = [key for key, (_, ends_at) in self._counters.items() if ends_at < now]
        for key in over:
            del self._counters[key]
        return len(over)


class _Kept(Model):
    created_at: datetime
    fingerprint: bytes
    answer: StoredAnswer


class IdempotencyKeys(ports.IdempotencyKeys):
    """Never in flight: here a transaction waits until the one before it has ended."""

    def __init__(self, store: Store, clock: ports.Clock) -> None:
        self._store = store
        self._rows = store.table(_Kept)
        self._clock = clock

    @override
    async def claim(self, owner: str, key: str, fingerprint: bytes) -> StoredAnswer | None:
        kept = self._rows.get((owner, key))
        if kept is None:
            return None
        if kept.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return kept.answer

    @override
    async def keep(self, owner: str, key: str, fingerprint: bytes, answer: StoredAnswer) -> None:
        async with self._store.writing():
            if (owner, key) in self._rows:
                raise IdempotencyKeyInFlight(retry_after=1)
            self._rows[owner, key] = _Kept(
                created_at=self._clock.now(), fingerprint=fingerprint, answer=answer
            )


class Housekeeping(ports.Housekeeping):
    def __init__(self, store: Store, throttle: Throttle) -> None:
        self._store = store
        self._kept = store.table(_Kept)
        self._sign_ins = store.table(Transaction)
        self._throttle = throttle

    @override
    async def purge(self, now: datetime) -> int:
        yesterday = now - timedelta(days=1)
        async with self._store.writing():
            old = [key for key, row in self._kept.items() if row.created_at < yesterday]
            for key in old:
                del self._kept[key]
            over = [key for key, row in self._sign_ins.items() if row.expires_at < now]
            for key in over:
                del self._sign_ins[key]
        return len(old) + len(over) + self._throttle.purge(now)


class Readiness(ports.Readiness):
    @override
    async def problems(self) -> list[str]:
        return []

    @override
    async def danger(self) -> str | None:
        return None


class Waiting(tuple[Job, datetime]):
    """A job and when it is due; by its number it is told apart from its like."""

    number: int
    lock: str | None

    @property
    def job(self) -> Job:
        return self[0]


class Jobs(ports.Jobs):
    """Jobs wait in `waiting` once their transaction commits; `drain` carries them out."""

    def __init__(self, store: Store, clock: ports.Clock) -> None:
        self._store = store
        self._clock = clock
        self.waiting: list[Waiting] = []
        self._numbers = count(1)

    @override
    async def defer(self, job: Job, *, at: datetime | None = None, lock: str | None = None) -> None:
        entry = Waiting((job, at or self._clock.now()))
        entry.number, entry.lock = next(self._numbers), lock
        self._store.after_commit(lambda: self.waiting.append(entry))

    async def drain(self, handler: Callable[[Job], Awaitable[object]]) -> None:
        """Carry out what is due, and what that defers, one after another."""
        await self.take(lambda entry: handler(entry.job))

    async def take(self, handler: Callable[[Waiting], Awaitable[object]]) -> None:
        while due := [entry for entry in self.waiting if entry[1] <= self._clock.now()]:
            for entry in due:
                self.waiting[:] = [one for one in self.waiting if one is not entry]
                await handler(entry)


class Worker(ports.Worker):
    """Carries jobs out in the background; there is nothing to schedule in a memory that forgets.

    What fails is not tried again by itself: it is buried at once.
    """

    def __init__(self, jobs: Jobs, bury: Callable[[Waiting], None]) -> None:
        self._jobs = jobs
        self._bury = bury

    @override
    async def run(
        self,
        handler: Callable[[Job], Awaitable[object]],
        schedule: Mapping[type[Job], str],
        *,
        wait: bool = True,
    ) -> None:
        async def carry_out(entry: Waiting) -> None:
            try:
                await _to_the_end(handler(entry.job))
            except Exception:
                _log.exception("a job failed", extra={"job": entry.job.name})
                self._bury(entry)

        await self._jobs.take(carry_out)
        while wait:
            await asyncio.sleep(0.05)
            await self._jobs.take(carry_out)


async def _to_the_end(work: Awaitable[object]) -> None:
    """Wait for what has begun, also when whoever waits is cancelled meanwhile."""
    begun = asyncio.ensure_future(work)
    try:
        await asyncio.shield(begun)
    except asyncio.CancelledError:
        await asyncio.wait([begun])
        raise
