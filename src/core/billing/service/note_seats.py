from core.billing import constants, schemas
from core.billing.standing import BillingStanding
from core.models import Actor, OrganizationEvent
from core.ports import Clock, Jobs, Transaction
from core.service import UseCase


class NoteSeats(UseCase):
    """Hear that somebody came or went: the bill follows once that has settled."""

    standing: BillingStanding
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(self, event: OrganizationEvent, _: Actor) -> None:
        if not await self.standing.seats_drifted(event.organization_id):
            return
        async with self.transaction():
            await self.jobs.defer(
                schemas.SyncSeats(organization_id=event.organization_id),
                at=self.clock.now() + constants.SEATS_SETTLE,
                lock=f"billing.seats/{event.organization_id}",
            )
