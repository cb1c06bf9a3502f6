from core.billing import ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListEvents(UseCase):
    """See what arrived from the payment provider, the newest first, and what became of it."""

    inbox: ports.Inbox

    async def __call__(self, query: schemas.ListEvents, actor: Actor) -> Page[schemas.EventView]:
        actor.require_platform("operator", "support")
        found = await self.inbox.page(query.status, **query.window())
        return query.answer(found, schemas.EventView.of)
