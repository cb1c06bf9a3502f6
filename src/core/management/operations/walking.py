from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final
from uuid import UUID

from core.audit import AuditEvent

AT_ONCE: Final = 1000


async def walked(
    page: Callable[[UUID | None], Awaitable[list[AuditEvent]]],
) -> AsyncIterator[list[AuditEvent]]:
    """Yield page after page, each asked for when the one before is out of the house."""
    before: UUID | None = None
    while found := await page(before):
        yield found
        if len(found) < AT_ONCE:
            return
        before = found[-1].id
