"""What records point at, in place of its id."""

from collections.abc import Sequence
from uuid import UUID

from core.accounts import constants as accounts
from core.exceptions import Forbidden, NotFound
from core.management.collections.fields import RecordRefField, UserRefField
from core.management.records import constants, ports, showing
from core.management.records.access import Opened, RecordAccess
from core.management.records.exceptions import NotExpandable
from core.management.records.models import RecordId
from core.management.records.showing import Shown
from core.models import UserId
from core.service import Collaborator


class RecordExpansion(Collaborator):
    """Looks up what fields point at: once for each field, and only what the actor may see.

    What is not there, or not theirs to see, is null.
    """

    records: ports.Records
    record_members: ports.Members
    access: RecordAccess

    async def __call__(
        self, opened: Opened, items: Sequence[Shown], keys: Sequence[str]
    ) -> list[Shown]:
        if len(keys) > constants.EXPANDED:
            raise NotExpandable(f"Expand {constants.EXPANDED} fields at most.")
        found = list(items)
        for key in dict.fromkeys(keys):
            field = opened.collection.by_key.get(key) if key in opened.readable else None
            if not isinstance(field, RecordRefField | UserRefField):
                raise NotExpandable(f"{key} points at nothing that could be shown.")
            ids = {UUID(one[key]) for one in found if one.get(key)}
            there = (
                await self._records(opened, field.collection, ids)
                if isinstance(field, RecordRefField)
                else await self._members(opened, ids)
            )
            found = [
                one | {key: there.get(UUID(one[key])) if one.get(key) else None} for one in found
            ]
        return found

    async def _records(self, opened: Opened, key: str, ids: set[UUID]) -> dict[UUID, Shown]:
        try:
            target = await self.access(opened.actor, key, "read")
        except (Forbidden, NotFound):
            return {}
        if not ids:
            return {}
        found = await self.records.some(
            target.collection, target.organization_id, [RecordId(one) for one in ids]
        )
        told = dict[UUID, Shown]()
        for record in found.values():
            try:
                target.live(record)
            except NotFound:
                continue
            told[record.id] = showing.shown(record, showing.keys(target))
        return told

    async def _members(self, opened: Opened, ids: set[UUID]) -> dict[UUID, Shown]:
        if not ids or not opened.actor.may(accounts.MEMBERS_READ):
            return {}
        wanted = {UserId(one) for one in ids}
        found = await self.record_members.some(opened.organization_id, wanted)
        return {
            one.user_id: {"id": one.user_id, "email": one.email, "name": one.display_name}
            for one in found
        }
