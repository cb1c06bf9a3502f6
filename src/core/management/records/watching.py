"""What those who watch records are told, and what they missed."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from core.exceptions import InvalidCursor
from core.management.records import constants, ports
from core.management.records.access import Opened
from core.management.records.models import author
from core.management.records.notices import Notice
from core.models import Model

LONGEST: Final = timedelta(minutes=5)
"""Then they come again: rights and sessions change."""

type Moment = datetime | None


class Told(Model):
    """`event_id` says where to go on."""

    event_id: str
    what: Literal["changed", "deleted"]
    id: UUID
    version: int


def told(notice: Notice) -> Told:
    return Told(
        event_id=_event_id(notice.at), what=notice.what, id=notice.record_id, version=notice.version
    )


def concerns(opened: Opened, notice: Notice) -> bool:
    own = opened.collection.only_own(opened.actor)
    return not own or (notice.created_by is not None and notice.created_by == author(opened.actor))


def moment(event_id: str | None) -> Moment:
    """Return when it was that somebody heard of last; raise InvalidCursor."""
    if event_id is None:
        return None
    try:
        found = datetime.fromisoformat(event_id)
    except ValueError:
        raise InvalidCursor from None
    if found.tzinfo is None:
        raise InvalidCursor
    return found


async def missed(records: ports.Records, opened: Opened, since: datetime) -> AsyncIterator[Told]:
    """Yield what changed since, each as it is by now; some may have been heard of already.

    Changes become visible in another order than they are dated: a little is told once more.
    """
    of, where, begin = opened.collection, opened.organization_id, since - constants.SLACK
    while True:
        page = await records.changed(of, where, begin, limit=constants.SCAN)
        for one in page:
            notice = Notice(
                organization_id=where,
                collection_id=of.id,
                record_id=one.id,
                version=one.version,
                what="changed" if one.deleted_at is None else "deleted",
                created_by=one.created_by,
                at=one.updated_at,
            )
            if concerns(opened, notice):
                yield told(notice)
        if len(page) < constants.SCAN or page[-1].updated_at == begin:
            return
        begin = page[-1].updated_at


def _event_id(at: datetime) -> str:
    return at.isoformat()
