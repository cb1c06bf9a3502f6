from datetime import timedelta

from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase
from core.stats import ports, schemas


class DropPartitions(UseCase):
    """Forget the months that ended longer ago than so many days; a dry run says which."""

    partitions: ports.Partitions
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.DropPartitions, actor: Actor) -> list[str]:
        actor.require_platform("operator")
        before = self.clock.now() - timedelta(days=command.days)
        if command.dry_run:
            return await self.partitions.all(before)
        async with self.transaction():
            dropped = await self.partitions.drop(before)
            await self.audit.record(actor, "stats.partitions_dropped", months=dropped)
        return dropped
