from datetime import timedelta

from core.models import Actor
from core.ports import Clock
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.config import StatsConfig


class MaintainPartitions(UseCase):
    """Have a place for what will happen, and forget what is older than events are kept.

    Answers of reports go after a day: nobody can ask for them any more.
    """

    partitions: ports.Partitions
    answers: ports.Answers
    stats_config: StatsConfig
    clock: Clock

    async def __call__(self, job: schemas.MaintainPartitions, actor: Actor) -> tuple[int, int]:
        actor.require_platform("operator")
        now = self.clock.now()
        begin = now - self.stats_config.retention
        made = await self.partitions.ensure(
            begin, now + timedelta(days=31 * constants.MONTHS_AHEAD)
        )
        dropped = await self.partitions.drop(begin)
        await self.answers.purge(now - constants.ANSWERS_KEPT)
        return len(made), len(dropped)
