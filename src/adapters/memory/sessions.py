from datetime import datetime, timedelta
from typing import override

from adapters.memory.store import Store
from core.accounts import ports
from core.accounts.models import (
    Membership,
    Organization,
    Role,
    Rotation,
    Session,
    SignedInUser,
    SigningKey,
    Standing,
    User,
)
from core.models import OrganizationId, SessionId, UserId


class Standings:
    """What PostgreSQL's function `standing_of` answers."""

    def __init__(self, store: Store) -> None:
        self._memberships = store.table(Membership)
        self._organizations = store.table(Organization)
        self._roles = store.table(Role)

    def of_user(self, organization_id: OrganizationId, user_id: UserId) -> Standing | None:
        membership = self._memberships.get((organization_id, user_id))
        if membership is None or self._organizations[organization_id].deletes_at:
            return None
        return self.of_role(organization_id, membership.role)

    def of_role(self, organization_id: OrganizationId, role: str) -> Standing:
        own = self._roles.get((organization_id, role))
        organization = self._organizations[organization_id]
        return Standing(
            role=role,
            granted=own.permissions if own else None,
            sso_enforced=organization.sso_enforced,
            mfa_required=organization.mfa_required,
        )


class Sessions(ports.Sessions):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Session)
        self._users = store.table(User)
        self._standings = Standings(store)

    @override
    async def add(self, session: Session) -> None:
        async with self._store.writing():
            self._rows[session.id] = session

    @override
    async def find(
        self, session_id: SessionId, organization_id: OrganizationId | None = None
    ) -> SignedInUser | None:
        session = self._rows.get(session_id)
        if session is None:
            return None
        user = self._users[session.user_id].model_copy(
            update={"password_hash": None, "password_changed_at": None}
        )
        standing = self._standings.of_user(organization_id, user.id) if organization_id else None
        return SignedInUser(session=session, user=user, standing=standing)

    @override
    async def rotate(
        self,
        session_id: SessionId,
        generation: int,
        *,
        now: datetime,
        idle: timedelta,
        grace: timedelta,
    ) -> Rotation:
        async with self._store.writing():
            found = await self.find(session_id)
            usable = found and found.session.alive(now) and found.user.status == "active"
            if found is None or not usable or found.session.generation != generation:
                return Rotation.of_stale(found, generation, now=now, grace=grace)
            rotated = found.session.evolve(
                generation=generation + 1, rotated_at=now, idle_expires_at=now + idle
            )
            self._rows[session_id] = rotated
        return Rotation(outcome="rotated", signed_in=found.model_copy(update={"session": rotated}))

    @override
    async def active(self, user_id: UserId, now: datetime) -> list[Session]:
        rows = [row for row in self._rows.values() if row.user_id == user_id and row.alive(now)]
        return sorted(rows, key=lambda row: row.id, reverse=True)[:100]

    @override
    async def revoke(
        self,
        user_id: UserId,
        *,
        at: datetime,
        reason: str,
        only: SessionId | None = None,
        keep: SessionId | None = None,
    ) -> list[SessionId]:
        async with self._store.writing():
            ended = [
                row.id
                for row in self._rows.values()
                if user_id in {row.user_id, row.impersonator_id}
                and row.alive(at)
                and only in {None, row.id}
                and row.id != keep
            ]
            for session_id in ended:
                self._rows[session_id] = self._rows[session_id].evolve(
                    revoked_at=at, revoke_reason=reason
                )
        return ended

    @override
    async def reauthenticate(
        self, session_id: SessionId, at: datetime, amr: tuple[str, ...]
    ) -> None:
        async with self._store.writing():
            if session := self._rows.get(session_id):
                self._rows[session_id] = session.evolve(authenticated_at=at, amr=amr)

    @override
    async def purge(self, ended_before: datetime, *, limit: int) -> int:
        async with self._store.writing():
            old = [row.id for row in self._rows.values() if row.idle_expires_at < ended_before]
            for session_id in old[:limit]:
                del self._rows[session_id]
        return len(old[:limit])


class SigningKeys(ports.SigningKeys):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(SigningKey)

    @override
    async def all(self) -> list[SigningKey]:
        by_kid = sorted(self._rows.values(), key=lambda key: key.kid)
        return sorted(by_kid, key=lambda key: key.created_at, reverse=True)

    @override
    async def add(self, key: SigningKey) -> bool:
        async with self._store.writing():
            taken = {row.state for row in self._rows.values()} - {"previous"}
            if key.state in taken:
                return False
            self._rows[key.kid] = key
        return True

    @override
    async def promote(self, now: datetime, *, forget_retired_before: datetime) -> None:
        async with self._store.writing():
            for kid, key in list(self._rows.items()):
                if key.state == "current":
                    self._rows[kid] = key.evolve(state="previous", retired_at=now)
                elif key.state == "next":
                    self._rows[kid] = key.evolve(state="current", promoted_at=now)
                elif key.retired_at and key.retired_at < forget_retired_before:
                    del self._rows[kid]
