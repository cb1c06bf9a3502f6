from collections.abc import Sequence
from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.models import OrganizationId
from core.stats import ports
from core.stats.answers import Answer
from core.stats.reports import Report


class Answers(ports.Answers):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Answer)
        self._reports = store.table(Report)

    @override
    async def some(
        self, organization_id: OrganizationId, reports: Sequence[Report], since: datetime
    ) -> list[Answer]:
        found = [(self._rows.get(one.id), one) for one in reports]
        return [
            row
            for row, report in found
            if row is not None
            and row.organization_id == organization_id
            and row.fits(report)
            and row.computed_at >= since
        ]

    @override
    async def keep(self, organization_id: OrganizationId, answers: Sequence[Answer]) -> None:
        async with self._store.writing():
            for one in answers:
                report, kept = self._reports.get(one.report_id), self._rows.get(one.report_id)
                if report is None or report.organization_id != organization_id:
                    continue
                if one.fits(report) and (kept is None or _order(kept) <= _order(one)):
                    self._rows[one.report_id] = one

    @override
    async def drop(self, organization_id: OrganizationId) -> None:
        async with self._store.writing():
            for report in list(self._reports.values()):
                if report.organization_id == organization_id:
                    self._reports[report.id] = report.evolve(erasures=report.erasures + 1)
                    self._rows.pop(report.id, None)

    @override
    async def purge(self, before: datetime) -> int:
        async with self._store.writing():
            old = [key for key, row in self._rows.items() if row.computed_at < before]
            for key in old:
                del self._rows[key]
            return len(old)


def _order(answer: Answer) -> tuple[int, datetime]:
    return answer.version, answer.computed_at
