from datetime import datetime
from typing import override

from adapters.memory.store import Store
from core.accounts.models import ConnectionId, Organization, Session
from core.accounts.sso import exceptions, ports
from core.accounts.sso.models import (
    Assertion,
    Choice,
    Connection,
    Domain,
    DomainId,
    Identity,
    IdentityId,
    Transaction,
    TransactionId,
)
from core.exceptions import VersionMismatch
from core.models import Model, OrganizationId, UserId


def newest_first[M: Model](rows: list[M]) -> list[M]:
    return sorted(rows, key=lambda row: row.model_dump()["id"], reverse=True)


class SsoConnections(ports.SsoConnections):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Connection)
        self._domains = store.table(Domain)
        self._identities = store.table(Identity)
        self._sessions = store.table(Session)

    @override
    async def add(self, connection: Connection) -> None:
        async with self._store.writing():
            self._rows[connection.id] = connection

    @override
    async def find(self, connection_id: ConnectionId) -> Connection | None:
        return self._rows.get(connection_id)

    @override
    async def all(self, organization_id: OrganizationId | None) -> list[Connection]:
        rows = [row for row in self._rows.values() if row.organization_id == organization_id]
        return newest_first(rows)

    @override
    async def update(self, connection: Connection) -> Connection:
        async with self._store.writing():
            kept = self._rows.get(connection.id)
            if (
                kept is None
                or kept.version != connection.version
                or kept.organization_id != connection.organization_id
            ):
                raise VersionMismatch
            changes = connection.model_dump(exclude={"issuer", "created_at", "version"})
            self._rows[kept.id] = kept.evolve(**changes, version=kept.version + 1)
        return connection.model_copy(update={"version": connection.version + 1})

    @override
    async def remove(
        self, organization_id: OrganizationId | None, connection_id: ConnectionId
    ) -> None:
        async with self._store.writing():
            kept = self._rows.get(connection_id)
            if kept is None or kept.organization_id != organization_id:
                return
            del self._rows[connection_id]
            for table in (self._identities, self._sessions):
                gone = [key for key, row in table.items() if row.connection_id == connection_id]
                for key in gone:
                    del table[key]

    @override
    async def for_domain(self, domain: str) -> list[Choice]:
        owners = {
            row.organization_id
            for row in self._domains.values()
            if row.domain == domain and row.verified_at
        }
        rows = newest_first([row for row in self._rows.values() if row.enabled])
        theirs = [row for row in rows if row.organization_id in owners]
        ours = [row for row in rows if row.organization_id is None]
        return [Choice(id=row.id, name=row.name) for row in (*theirs, *ours)]


class OrganizationDomains(ports.OrganizationDomains):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Domain)
        self._organizations = store.table(Organization)

    @override
    async def add(self, domain: Domain) -> None:
        async with self._store.writing():
            if any(row.domain == domain.domain for row in await self.all(domain.organization_id)):
                raise exceptions.DomainTaken
            self._rows[domain.id] = domain

    @override
    async def get(self, organization_id: OrganizationId, domain_id: DomainId) -> Domain | None:
        row = self._rows.get(domain_id)
        return row if row and row.organization_id == organization_id else None

    @override
    async def all(self, organization_id: OrganizationId) -> list[Domain]:
        rows = [row for row in self._rows.values() if row.organization_id == organization_id]
        return newest_first(rows)

    @override
    async def prove(
        self, organization_id: OrganizationId, domain_id: DomainId, at: datetime
    ) -> None:
        async with self._store.writing():
            row = await self.get(organization_id, domain_id)
            if row is None or row.verified_at is not None:
                return
            if any(one.domain == row.domain and one.verified_at for one in self._rows.values()):
                raise exceptions.DomainTaken
            self._rows[domain_id] = row.evolve(verified_at=at)

    @override
    async def remove(self, organization_id: OrganizationId, domain_id: DomainId) -> None:
        async with self._store.writing():
            if await self.get(organization_id, domain_id):
                del self._rows[domain_id]

    @override
    async def proven(self, organization_id: OrganizationId, domain: str) -> bool:
        rows = await self.all(organization_id)
        return any(row.domain == domain and row.verified_at for row in rows)

    @override
    async def password_allowed(self, domain: str) -> bool:
        return not any(
            self._organizations[row.organization_id].sso_enforced
            and not self._organizations[row.organization_id].deletes_at
            for row in self._rows.values()
            if row.domain == domain and row.verified_at
        )


class Identities(ports.Identities):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Identity)
        self._sessions = store.table(Session)

    @override
    async def add(self, identity: Identity) -> None:
        async with self._store.writing():
            if any(_key(row) == _key(identity) for row in self._rows.values()):
                raise exceptions.IdentityTaken
            self._rows[identity.id] = identity

    @override
    async def find(self, connection_id: ConnectionId, assertion: Assertion) -> Identity | None:
        wanted = connection_id, assertion.issuer, assertion.subject
        return next((row for row in self._rows.values() if _key(row) == wanted), None)

    @override
    async def of_user(self, user_id: UserId) -> list[Identity]:
        return newest_first([row for row in self._rows.values() if row.user_id == user_id])[:100]

    @override
    async def remove(self, user_id: UserId, identity_id: IdentityId) -> bool:
        async with self._store.writing():
            row = self._rows.get(identity_id)
            if row is None or row.user_id != user_id:
                return False
            del self._rows[identity_id]
            made = [
                session.id
                for session in self._sessions.values()
                if (session.user_id, session.connection_id) == (user_id, row.connection_id)
            ]
            for session_id in made:
                del self._sessions[session_id]
        return True


def _key(row: Identity) -> tuple[ConnectionId, str, str]:
    return row.connection_id, row.issuer, row.subject


class SsoTransactions(ports.SsoTransactions):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Transaction)
        self._answered = set[TransactionId]()

    @override
    async def add(self, transaction: Transaction) -> None:
        async with self._store.writing():
            self._rows[transaction.id] = transaction

    @override
    async def take(
        self, transaction_id: TransactionId, browser_hash: bytes, now: datetime
    ) -> Transaction | None:
        async with self._store.writing():
            row = self._rows.get(transaction_id)
            if row is None or row.browser_hash != browser_hash or row.expires_at <= now:
                return None
            if transaction_id in self._answered:
                return None
            self._answered.add(transaction_id)
        return row

    @override
    async def keep(
        self, transaction_id: TransactionId, assertion_box: bytes, until: datetime
    ) -> None:
        async with self._store.writing():
            row = self._rows[transaction_id]
            self._rows[transaction_id] = row.evolve(assertion_box=assertion_box, expires_at=until)

    @override
    async def redeem(self, transaction_id: TransactionId, now: datetime) -> Transaction | None:
        async with self._store.writing():
            row = self._rows.get(transaction_id)
            if row is None or row.assertion_box is None or row.expires_at <= now:
                return None
            del self._rows[transaction_id]
        return row
