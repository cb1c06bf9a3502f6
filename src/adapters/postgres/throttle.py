from typing import override

from adapters.postgres.database import Database
from core import ports
from core.exceptions import Exceeded, RateLimited
from core.models import Limit, Model
from core.telemetry import Metrics


class _Count(Model):
    subject: str
    hits: int
    seconds_left: int


class Throttle(ports.Throttle):
    """Counters in an unlogged table, one statement a request: a crash of the server clears them.

    Inside a transaction they are counted over connections of their own, so that a rollback does
    not take an attempt back and no counter stays locked. Counters are locked in the order of their
    names, so that no two requests wait for each other in a circle.
    """

    def __init__(
        self, database: Database, apart: Database, metrics: Metrics, *, multiplier: int
    ) -> None:
        self._database = database
        self._apart = apart
        self._metrics = metrics
        self._multiplier = multiplier

    @property
    def _counters(self) -> Database:
        return self._apart if self._database.bound else self._database

    @override
    async def hit(self, *limits: tuple[Limit, str]) -> None:
        known = {self._key(limit, who): limit for limit, who in limits}
        counts = await self._counters.fetch_all(
            _Count,
            """
            INSERT INTO core.throttles AS t (subject, hits, ends_at)
            SELECT subject, 1, now() + make_interval(secs => seconds)
              FROM unnest(%(subjects)s::text[], %(seconds)s::int[]) AS u (subject, seconds)
             ORDER BY subject
            ON CONFLICT (subject) DO UPDATE
               SET hits = CASE WHEN t.ends_at <= now() THEN 1 ELSE t.hits + 1 END,
                   ends_at = CASE WHEN t.ends_at <= now() THEN excluded.ends_at ELSE t.ends_at END
            RETURNING subject, hits, ceil(extract(epoch FROM ends_at - now()))::int AS seconds_left
            """,
            {
                "subjects": [self._key(limit, who) for limit, who in limits],
                "seconds": [limit.seconds for limit, _ in limits],
            },
        )
        exceeded = [
            Exceeded(limit.name, limit.count * self._multiplier, limit.seconds, one.seconds_left)
            for one in counts
            if one.hits > (limit := known[one.subject]).count * self._multiplier
        ]
        for one in exceeded:
            self._metrics.count("throttled_total", name=one.name)
        if exceeded:
            raise RateLimited(*exceeded)

    @override
    async def forgive(self, *limits: tuple[Limit, str]) -> None:
        await self._counters.execute(
            """
            WITH locked AS (
                SELECT subject FROM core.throttles
                 WHERE subject = ANY(%(subjects)s) ORDER BY subject FOR UPDATE
            )
            UPDATE core.throttles AS t SET hits = greatest(t.hits - 1, 0)
              FROM locked WHERE t.subject = locked.subject
            """,
            {"subjects": [self._key(limit, who) for limit, who in limits]},
        )

    @staticmethod
    def _key(limit: Limit, subject: str) -> str:
        return f"{limit.name}:{subject}"
