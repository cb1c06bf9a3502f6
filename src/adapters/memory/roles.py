from typing import override

from adapters.memory.store import Store
from core.accounts import ports
from core.accounts.api_keys.models import ApiKey
from core.accounts.models import Invitation, Membership, Role
from core.accounts.roles import exceptions
from core.accounts.sso.models import Connection
from core.exceptions import VersionMismatch
from core.models import OrganizationId


class Roles(ports.Roles):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Role)
        self._memberships = store.table(Membership)
        self._invitations = store.table(Invitation)
        self._api_keys = store.table(ApiKey)
        self._connections = store.table(Connection)

    @override
    async def add(self, role: Role) -> None:
        async with self._store.writing():
            if (role.organization_id, role.key) in self._rows:
                raise exceptions.RoleKeyTaken
            self._rows[role.organization_id, role.key] = role

    @override
    async def get(self, organization_id: OrganizationId, key: str) -> Role | None:
        return self._rows.get((organization_id, key))

    @override
    async def all(self, organization_id: OrganizationId) -> list[Role]:
        own = (row for row in self._rows.values() if row.organization_id == organization_id)
        return sorted(own, key=lambda row: row.key)

    @override
    async def update(self, role: Role) -> Role:
        async with self._store.writing():
            kept = self._rows.get((role.organization_id, role.key))
            if kept is None or kept.version != role.version:
                raise VersionMismatch
            newer = kept.evolve(
                name=role.name,
                permissions=role.permissions,
                updated_at=role.updated_at,
                version=kept.version + 1,
            )
            self._rows[role.organization_id, role.key] = newer
        return newer

    @override
    async def remove(self, organization_id: OrganizationId, key: str) -> None:
        async with self._store.writing():
            self._rows.pop((organization_id, key), None)

    @override
    async def in_use(self, organization_id: OrganizationId, key: str) -> bool:
        naming: list[Membership | Invitation | ApiKey] = [
            *self._memberships.values(),
            *(one for one in self._invitations.values() if one.status == "pending"),
            *(one for one in self._api_keys.values() if one.revoked_at is None),
        ]
        named: set[tuple[OrganizationId | None, str | None]]
        named = {(one.organization_id, one.role) for one in naming}
        named |= {(one.organization_id, one.default_role) for one in self._connections.values()}
        return (organization_id, key) in named
