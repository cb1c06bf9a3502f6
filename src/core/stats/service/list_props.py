from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas


class ListProps(UseCase):
    """See what properties the newest events of a name have."""

    event_names: ports.EventNames

    async def __call__(self, query: schemas.NameReference, actor: Actor) -> schemas.PropsView:
        organization_id = actor.require(constants.STATS_READ)
        return schemas.PropsView(items=await self.event_names.props(organization_id, query.name))
