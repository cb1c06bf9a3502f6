from collections.abc import AsyncIterator

from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.scanning import scan
from core.stats.selections import Selection


class ExportEvents(UseCase):
    """Hand out all events, the newest first, as they come: no transaction is open meanwhile."""

    stats_events: ports.Events

    async def __call__(
        self, query: schemas.ExportEvents, actor: Actor
    ) -> AsyncIterator[list[schemas.EventView]]:
        organization_id = actor.require(constants.STATS_READ)
        selection = Selection(**query.model_dump(include=set(Selection.model_fields)))
        pages = scan(self.stats_events, organization_id, selection)
        return ([schemas.EventView.of(one) for one in page] async for page in pages)
