from core.models import Actor, Page
from core.service import UseCase
from core.stats import constants, cursors, ports, schemas
from core.stats.selections import Selection


class ListStatsEvents(UseCase):
    """See what happened, the newest first."""

    stats_events: ports.Events

    async def __call__(self, query: schemas.ListEvents, actor: Actor) -> Page[schemas.EventView]:
        organization_id = actor.require(constants.STATS_READ)
        selection = Selection(**query.model_dump(include=set(Selection.model_fields)))
        before = cursors.identity_of(query.cursor)
        found = await self.stats_events.page(
            organization_id, selection, limit=query.limit + 1, before=before
        )
        items = [schemas.EventView.of(one) for one in found[: query.limit]]
        more = cursors.cursor_of(found[query.limit - 1]) if len(found) > query.limit else None
        return Page(items=items, next_cursor=more)
