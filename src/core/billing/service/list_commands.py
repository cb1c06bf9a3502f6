from core.billing import ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListCommands(UseCase):
    """See what was asked of the payment provider, the newest first, and what became of it."""

    commands: ports.Commands

    async def __call__(self, query: schemas.ListCommands, actor: Actor) -> schemas.CommandsView:
        actor.require_platform("operator", "support")
        before = CommandId(query.cursor) if query.cursor else None
        found = await self.commands.page(query.status, limit=query.limit + 1, before=before)
        items = [schemas.CommandView.of(one) for one in found[: query.limit]]
        more = items[-1].id if len(found) > query.limit else None
        return schemas.CommandsView(items=items, next_cursor=more)
    async def __call__(
        self, query: schemas.ListCommands, actor: Actor
    ) -> Page[schemas.CommandView]:
        actor.require_platform("support")
        found = await self.commands.page(query.status, **query.window())
        return query.answer(found, schemas.CommandView.of)
