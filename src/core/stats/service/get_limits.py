from core.models import Actor
from core.service import UseCase
from core.stats import constants, schemas, timing


class GetLimits(UseCase):
    """See what may be asked for at once."""

    async def __call__(self, _: None, actor: Actor) -> schemas.Limits:
        actor.require(constants.STATS_READ)
        return schemas.Limits(
            intervals={name: int(most.total_seconds()) for name, most in timing.LONGEST.items()},
            cells=constants.CELLS,
            groups=constants.GROUPS,
            group_by=constants.GROUP_BY,
            steps=constants.STEPS,
            periods=constants.PERIODS,
            seconds=constants.QUERY_SECONDS,
        )
