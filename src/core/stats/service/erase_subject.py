from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.stats import constants, ports, schemas


class EraseSubject(UseCase):
    """Forget everything that somebody did; what meters added up names nobody, and stays.

    Answers of reports may name somebody: all of the organization's go.
    """

    stats_events: ports.Events
    reports: ports.Reports
    answers: ports.Answers
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.EraseSubject, actor: Actor) -> int:
        organization_id = actor.require(constants.METERS_WRITE)
        async with self.transaction():
            erased = await self.stats_events.erase(organization_id, command.subject)
            await self.reports.lock(organization_id)  # a new one would count what is still there
            await self.answers.drop(organization_id)
            await self.audit.record(actor, "stats.subject_erased", count=erased)
        return erased
