"""All records of a list, page by page."""

from collections.abc import AsyncIterator, Sequence

from core.management.records import constants, ports, showing
from core.management.records.access import Opened
from core.management.records.filters import FilterExpr
from core.management.records.ordering import After, Order, places


async def scan(
    records: ports.Records,
    opened: Opened,
    asked: FilterExpr,
    order: Order,
    keys: Sequence[str],
) -> AsyncIterator[list[showing.Shown]]:
    """Yield pages; each is read by itself."""
    of, after = opened.collection, None
    while True:
        page = await records.page(
            of, opened.organization_id, asked, order, limit=constants.SCAN, after=after
        )
        if page:
            yield [showing.shown(one, keys) for one in page]
        if len(page) < constants.SCAN:
            return
        after = After(places=places(of, page[-1], order), id=page[-1].id)
