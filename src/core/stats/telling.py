"""What comes of reports: what came of them not long ago, or what is counted now."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from core.exceptions import Conflict, Invalid, NotFound
from core.models import OrganizationId
from core.ports import Clock
from core.service import Collaborator
from core.stats import ports, schemas
from core.stats.answers import Answer
from core.stats.reports import Report, ReportId
from core.stats.running import Running
from core.stats.side_by_side import side_by_side


class Silence(NamedTuple):
    """Why a report says nothing."""

    why: Conflict | Invalid | NotFound


type Outcome = schemas.Result | Silence


class Telling(Collaborator):
    """Tells what was counted at most `max_age` seconds ago; counts all else, and keeps that.

    Who asks for the same meanwhile counts as well: to wait for others would take as long. Why
    something can't be told is not kept.
    """

    running: Running
    answers: ports.Answers
    clock: Clock

    async def __call__(
        self, organization_id: OrganizationId, reports: Sequence[Report], max_age: int
    ) -> list[Outcome]:
        """Return what comes of reports, in their order."""
        outcomes = dict[ReportId, Outcome]()
        if max_age and reports:
            since = self.clock.now() - timedelta(seconds=max_age)
            kept = await self.answers.some(organization_id, reports, since)
            outcomes |= {one.report_id: one.result for one in kept}
        asked = [one for one in reports if one.id not in outcomes]
        told = await side_by_side(map(self._counted, asked))
        fresh = [
            Answer.of(report, outcome)
            for report, outcome in zip(asked, told, strict=True)
            if isinstance(outcome, schemas.Ran)
        ]
        if fresh:
            await self.answers.keep(organization_id, fresh)
        outcomes |= {report.id: one for report, one in zip(asked, told, strict=True)}
        return [outcomes[one.id] for one in reports]

    async def _counted(self, report: Report) -> Outcome:
        try:
            return await self.running(report)
        except (Conflict, Invalid, NotFound) as error:
            return Silence(error)


def sure(outcome: Outcome) -> schemas.Result:
    """Return what a report says; raise why it says nothing."""
    if isinstance(outcome, Silence):
        raise outcome.why
    return outcome
