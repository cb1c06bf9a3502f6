"""All events of a selection, page by page."""

from collections.abc import AsyncIterator

from core.models import OrganizationId
from core.stats import constants, ports
from core.stats.models import Event
from core.stats.selections import Selection


async def scan(
    events: ports.Events, organization_id: OrganizationId, selection: Selection
) -> AsyncIterator[list[Event]]:
    """Yield pages, the newest first; each is read by itself."""
    before: ports.Identity | None = None
    while True:
        page = await events.page(organization_id, selection, limit=constants.SCAN, before=before)
        if page:
            yield page
        if len(page) < constants.SCAN:
            return
        before = page[-1].time, page[-1].id
