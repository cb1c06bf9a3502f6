from collections.abc import Mapping

from core.management.flags import constants, evaluation, ports, schemas
from core.management.flags.exceptions import TargetingKeyMissing
from core.management.flags.models import Flag
from core.models import Actor
from core.service import UseCase


class EvaluateFlags(UseCase):
    """Ask what all flags say to somebody; one that says nothing says why, in its place."""

    flags: ports.Flags

    async def __call__(
        self, query: schemas.EvaluateFlags, actor: Actor
    ) -> list[schemas.Evaluated | schemas.Unevaluated]:
        organization_id = actor.require(constants.FLAGS_READ)
        context = evaluation.checked(query.context)
        return [_said(flag, context) for flag in await self.flags.every(organization_id)]


def _said(flag: Flag, context: Mapping[str, object]) -> schemas.Evaluated | schemas.Unevaluated:
    try:
        return evaluation.evaluated(flag, context)
    except TargetingKeyMissing as error:
        return {
            "key": flag.key,
            "errorCode": "TARGETING_KEY_MISSING",
            "errorDetails": error.title,
        }
