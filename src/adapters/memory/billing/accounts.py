from typing import override

from adapters.memory.store import Store
from core.accounts.models import Invitation, Membership, Organization, User
from core.billing import ports
from core.billing.exceptions import CustomerTaken
from core.billing.models import Account, Mirrored, Override
from core.models import OrganizationId
from core.ports import Clock


class Accounts(ports.Accounts):
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._now = clock.now
        self._rows = store.table(Account)
        self._invitations = store.table(Invitation)
        self._organizations = store.table(Organization)
        self._memberships = store.table(Membership)
        self._users = store.table(User)

    @override
    async def get(self, organization_id: OrganizationId) -> Account | None:
        return self._rows.get(organization_id)

    @override
    async def of_customer(self, customer_id: str) -> Account | None:
        return next((row for row in self._rows.values() if row.customer_id == customer_id), None)

    @override
    async def put(self, account: Account) -> None:
        async with self._store.writing():
            if account.customer_id is not None:
                other = await self.of_customer(account.customer_id)
                if other is not None and other.organization_id != account.organization_id:
                    raise CustomerTaken
            self._rows[account.organization_id] = account

    @override
    async def page(self, after: OrganizationId | None, *, limit: int) -> list[Account]:
        found = sorted(
            (row for row in self._rows.values() if row.customer_id is not None),
            key=lambda row: row.organization_id,
        )
        return [row for row in found if after is None or row.organization_id > after][:limit]

    @override
    async def contact(self, organization_id: OrganizationId) -> Account | None:
        organization = self._organizations.get(organization_id)
        if organization is None:
            return None
        owners = sorted(
            (
                row
                for row in self._memberships.values()
                if row.organization_id == organization_id and row.role == "owner"
            ),
            key=lambda row: (row.created_at, row.user_id),
        )
        return Account(
            organization_id=organization_id,
            name=organization.name,
            email=self._users[owners[0].user_id].email if owners else None,
        )

    @override
    async def members(self, organization_id: OrganizationId, *, invited: bool = False) -> int:
        rows, open_ = self._memberships.values(), self._invitations.values()
        waiting = [row for row in open_ if row.status == "pending" and row.expires_at > self._now()]
        return sum(row.organization_id == organization_id for row in rows) + sum(
            invited and row.organization_id == organization_id for row in waiting
        )


class Subscriptions(ports.Subscriptions):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Mirrored)
        self._overrides = store.table(Override)

    @override
    async def of(self, organization_id: OrganizationId) -> list[Mirrored]:
        return [row for row in self._rows.values() if row.organization_id == organization_id]

    @override
    async def put(self, mirrored: Mirrored) -> None:
        async with self._store.writing():
            self._rows[mirrored.subscription.id] = mirrored

    @override
    async def overrides(self, organization_id: OrganizationId) -> list[Override]:
        found = [row for row in self._overrides.values() if row.organization_id == organization_id]
        return sorted(found, key=lambda row: row.feature_key)

    @override
    async def put_override(self, override: Override) -> None:
        async with self._store.writing():
            self._overrides[override.organization_id, override.feature_key] = override

    @override
    async def drop_override(self, organization_id: OrganizationId, feature_key: str) -> bool:
        async with self._store.writing():
            return self._overrides.pop((organization_id, feature_key), None) is not None
