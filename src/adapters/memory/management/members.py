from collections.abc import Collection
from typing import override

from adapters.memory.store import Store
from core.accounts.models import Member, Membership, User
from core.management.records import ports
from core.models import OrganizationId, UserId


class RecordMembers(ports.Members):
    def __init__(self, store: Store) -> None:
        self._rows = store.table(Membership)
        self._users = store.table(User)

    @override
    async def some(
        self, organization_id: OrganizationId, user_ids: Collection[UserId]
    ) -> list[Member]:
        return [
            Member(
                **row.model_dump(),
                email=self._users[row.user_id].email,
                display_name=self._users[row.user_id].display_name,
            )
            for row in self._rows.values()
            if row.organization_id == organization_id and row.user_id in user_ids
        ]
