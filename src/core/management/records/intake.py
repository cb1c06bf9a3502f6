"""Many changes at once: what each asks for, and what becomes of those that can't be made."""

from collections.abc import Mapping, Sequence

from core.exceptions import CoreError
from core.management.records import ports
from core.management.records.access import Opened
from core.management.records.models import Change, Record, RecordId
from core.management.records.writing import RecordChecks, RecordWriting
from core.service import Collaborator

Results = dict[int, Change | CoreError]
"""What becomes of each, by its place."""


class RecordIntake(Collaborator):
    """Keeps of many changes those that can be made, all by one statement."""

    records: ports.Records
    checks: RecordChecks
    writing: RecordWriting

    async def held(self, opened: Opened, ids: Sequence[RecordId]) -> Mapping[RecordId, Record]:
        of, where = opened.collection, opened.organization_id
        return await self.records.some(of, where, ids, hold=True) if ids else {}

    async def sifted(self, opened: Opened, results: Results) -> Results:
        """Have errors in place of changes that clash with what there is, or with each other."""
        left = dict(results)
        while True:
            changes = {
                change.after.id: place
                for place, change in left.items()
                if isinstance(change, Change) and change.before != change.after
            }
            wrong = await self.checks(opened, list(_changes(left)))
            if not wrong:
                return left
            for record_id, error in wrong.items():
                left[changes[record_id]] = error

    async def keep(self, opened: Opened, results: Results, *, quietly: bool = False) -> None:
        await self.writing(opened, list(_changes(results)), quietly=quietly)


def _changes(results: Results) -> list[Change]:
    return [one for one in results.values() if isinstance(one, Change) and one.before != one.after]
