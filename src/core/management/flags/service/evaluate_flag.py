from core.management.flags import constants, evaluation, exceptions, ports, schemas
from core.models import Actor
from core.service import UseCase


class EvaluateFlag(UseCase):
    """Ask what a flag says to somebody."""

    flags: ports.Flags

    async def __call__(self, query: schemas.EvaluateFlag, actor: Actor) -> schemas.Evaluated:
        organization_id = actor.require(constants.FLAGS_READ)
        context = evaluation.checked(query.context)
        found = await self.flags.get(organization_id, query.key)
        if found is None:
            raise exceptions.FlagNotFound
        return evaluation.evaluated(found, context)
