from collections.abc import Sequence
from datetime import datetime
from typing import override

from pydantic import ValidationError
from pydantic_core import to_json

from adapters.postgres.database import PLATFORM, Database, Row
from core.models import OrganizationId
from core.stats import ports
from core.stats.answers import Answer
from core.stats.reports import Report


class Answers(ports.Answers):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def some(
        self, organization_id: OrganizationId, reports: Sequence[Report], since: datetime
    ) -> list[Answer]:
        rows = await self._database.fetch_rows(
            """
            SELECT organization_id, report_id, version, erasures, result
              FROM stats.answers
              JOIN unnest(%(ids)s::uuid[], %(versions)s::int[], %(erasures)s::int[])
                AS report (report_id, version, erasures) USING (report_id, version, erasures)
             WHERE organization_id = %(organization_id)s AND computed_at >= %(since)s
            """,
            {
                "organization_id": organization_id,
                "ids": [one.id for one in reports],
                "versions": [one.version for one in reports],
                "erasures": [one.erasures for one in reports],
                "since": since,
            },
            scope=organization_id,
        )
        return [one for row in rows if (one := _read(row)) is not None]

    @override
    async def keep(self, organization_id: OrganizationId, answers: Sequence[Answer]) -> None:
        """Hold the reports as they are, so that an erasure is over or comes after.

        In the order of their ids, as everybody who locks several: nobody waits for each other.
        """
        await self._database.execute(
            """
            INSERT INTO stats.answers AS kept
                   (report_id, organization_id, version, erasures, result, computed_at)
            SELECT report.id, report.organization_id, told.version, told.erasures,
                   told.result::json, told.computed_at
              FROM unnest(%(ids)s::uuid[], %(versions)s::int[], %(erasures)s::int[],
                          %(results)s::text[], %(moments)s::timestamptz[])
                AS told (id, version, erasures, result, computed_at)
              JOIN stats.reports AS report USING (id, version, erasures)
             WHERE report.organization_id = %(organization_id)s
             ORDER BY report.id
               FOR SHARE OF report
            ON CONFLICT (report_id) DO UPDATE
               SET version = excluded.version, erasures = excluded.erasures,
                   result = excluded.result, computed_at = excluded.computed_at
             WHERE (kept.version, kept.computed_at) <= (excluded.version, excluded.computed_at)
            """,
            {
                "organization_id": organization_id,
                "ids": [one.report_id for one in answers],
                "versions": [one.version for one in answers],
                "erasures": [one.erasures for one in answers],
                "results": [_written(one) for one in answers],
                "moments": [one.computed_at for one in answers],
            },
            scope=organization_id,
        )

    @override
    async def drop(self, organization_id: OrganizationId) -> None:
        """Count the erasure first: who would keep something waits for it, and then does not."""
        about = {"organization_id": organization_id}
        await self._database.queue(
            """
            UPDATE stats.reports SET erasures = erasures + 1
             WHERE organization_id = %(organization_id)s
               AND id IN (SELECT id FROM stats.reports
                           WHERE organization_id = %(organization_id)s
                           ORDER BY id FOR UPDATE)
            """,
            about,
            scope=organization_id,
        )
        await self._database.queue(
            "DELETE FROM stats.answers WHERE organization_id = %(organization_id)s",
            about,
            scope=organization_id,
        )

    @override
    async def purge(self, before: datetime) -> int:
        return await self._database.execute(
            """
            WITH old AS (
                SELECT organization_id, report_id FROM stats.answers
                 WHERE computed_at < %(before)s
                   FOR UPDATE SKIP LOCKED
            )
            DELETE FROM stats.answers AS answer USING old
             WHERE answer.organization_id = old.organization_id
               AND answer.report_id = old.report_id
            """,
            {"before": before},
            scope=PLATFORM,
        )


def _read(row: Row) -> Answer | None:
    """Take what this version of the service can't read, for another kept it, as not kept."""
    try:
        return Answer.model_validate(row)
    except ValidationError:
        return None


def _written(answer: Answer) -> str:
    """Write what came of it so that all of it is read again: no end of numbers is no `null`."""
    return to_json(answer.result.model_dump(), inf_nan_mode="strings").decode()
