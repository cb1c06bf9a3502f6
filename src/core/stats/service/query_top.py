from core.models import Actor
from core.service import UseCase
from core.stats import constants, ports, schemas
from core.stats.questions import Question


class QueryTop(UseCase):
    """See which values of a property are the most: of events, of an amount, of subjects."""

    stats_numbers: ports.Numbers

    async def __call__(self, query: schemas.TopQuery, actor: Actor) -> schemas.TopView:
        question = Question(
            organization_id=actor.require(constants.STATS_READ),
            event=query.event,
            aggregation=query.aggregation,
            property=query.property,
            begin=query.begin,
            end=query.end,
            group_by=(query.by,),
            filter=query.filter,
        )
        bounds = [query.begin, query.end]
        cells = await self.stats_numbers.cells(question, bounds, groups=query.limit + 1)
        found = [
            schemas.TopItem(key=cell.group[0], value=float(cell.value))
            for cell in cells
            if cell.part is None
        ]
        return schemas.TopView(items=found[: query.limit], more=len(found) > query.limit)
