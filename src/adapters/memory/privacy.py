from datetime import datetime
from typing import Any, Final, override

from adapters.memory.accounts import newest
from adapters.memory.store import Store
from core.accounts.api_keys.models import ApiKey
from core.accounts.mfa.models import RecoveryCode, TotpFactor
from core.accounts.models import Invitation, Membership, OneTimeToken, Organization, Session, User
from core.accounts.passkeys.models import Passkey
from core.accounts.privacy import ports
from core.accounts.privacy.models import DataExport, ExportId
from core.accounts.sso.models import Identity
from core.audit import AuditEvent
from core.management.settings.models import Setting
from core.models import Model, UserId
from core.storage.models import StoredObject

CREDENTIALS: Final[dict[str, type[Model]]] = {
    "identities": Identity,
    "passkeys": Passkey,
    "api_keys": ApiKey,
}
OWNED: Final = (
    Session,
    OneTimeToken,
    Membership,
    DataExport,
    TotpFactor,
    RecoveryCode,
    Passkey,
    ApiKey,
    Identity,
    Setting,
)
"""What somebody's account takes with it."""


class AccountData(ports.PersonalData):
    name = "accounts"

    def __init__(self, store: Store) -> None:
        self._users = store.table(User)
        self._sessions = store.table(Session)
        self._memberships = store.table(Membership)
        self._organizations = store.table(Organization)
        self._invitations = store.table(Invitation)
        self._audited = store.table(AuditEvent)
        self._store = store

    @override
    async def of(self, user_id: UserId) -> dict[str, Any]:
        user = self._users[user_id]
        sessions = (one for one in self._sessions.values() if one.user_id == user_id)
        invitations = (
            one
            for one in self._invitations.values()
            if user_id == one.inviter_id or user.email == one.email
        )
        audited = (one for one in self._audited.values() if one.actor_id == user_id)
        return {
            "profile": user.model_dump(exclude={"password_hash", "version"}),
            "sessions": [
                one.model_dump(exclude={"user_id", "generation"})
                for one in newest(sessions, "id", limit=10**6, before=None)
            ],
            "memberships": self._memberships_of(user_id),
            "invitations": [
                one.model_dump() for one in newest(invitations, "id", limit=10**6, before=None)
            ],
            **self._credentials_of(user_id),
            "audit_events": [
                one.model_dump() for one in newest(audited, "id", limit=10**6, before=None)
            ],
        }

    def _credentials_of(self, user_id: UserId) -> dict[str, list[dict[str, Any]]]:
        secret = {"user_id", "public_key", "credential_id", "sign_count", "key_hash", "created_by"}
        return {
            name: [
                one.model_dump(exclude=secret)
                for one in newest(self._store.table(kind).values(), "id", limit=10**6, before=None)
                if user_id in {getattr(one, "user_id", 0), getattr(one, "created_by", 0)}
            ]
            for name, kind in CREDENTIALS.items()
        }

    def _memberships_of(self, user_id: UserId) -> list[dict[str, Any]]:
        rows = [one for one in self._memberships.values() if one.user_id == user_id]
        return [
            one.model_dump(exclude={"user_id"})
            | {"organization": self._organizations[one.organization_id].name}
            for one in newest(rows, "organization_id", limit=10**6, before=None)
        ]


class DataExports(ports.DataExports):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(DataExport)

    @override
    async def begin(self, export: DataExport) -> DataExport:
        async with self._store.writing():
            for row in self._rows.values():
                if row.user_id == export.user_id and row.status == "pending":
                    return row
            self._rows[export.id] = export
        return export

    @override
    async def get(self, user_id: UserId, export_id: ExportId) -> DataExport | None:
        row = self._rows.get(export_id)
        return row if row and row.user_id == user_id else None

    @override
    async def finish(self, export_id: ExportId, content_box: bytes, at: datetime) -> bool:
        async with self._store.writing():
            row = self._rows.get(export_id)
            if row is None or row.finished_at is not None:
                return False
            self._rows[export_id] = row.evolve(content_box=content_box, finished_at=at)
        return True

    @override
    async def purge(self, expired_before: datetime, *, limit: int) -> int:
        async with self._store.writing():
            old = [row.id for row in self._rows.values() if row.expires_at < expired_before]
            for export_id in old[:limit]:
                del self._rows[export_id]
        return len(old[:limit])


class DepartingUsers(ports.DepartingUsers):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._users = store.table(User)
        self._invitations = store.table(Invitation)

    @override
    async def due(self, now: datetime, *, limit: int, after: UserId | None = None) -> list[UserId]:
        found = [
            user.id
            for user in self._users.values()
            if user.deletes_at is not None
            and user.deletes_at <= now
            and (after is None or user.id > after)
        ]
        return sorted(found)[:limit]

    @override
    async def remove(self, user_id: UserId, now: datetime) -> bool:
        async with self._store.writing():
            user = self._users.get(user_id)
            if user is None or user.deletes_at is None or user.deletes_at > now:
                return False
            del self._users[user_id]
            self._cascade(user)
        return True

    def _cascade(self, user: User) -> None:
        """Do what foreign keys do in a database."""
        for table in OWNED:
            rows = self._store.table(table)
            for key in [key for key, row in rows.items() if getattr(row, "user_id", 0) == user.id]:
                del rows[key]
        for key, row in list(self._store.table(Session).items()):
            if row.impersonator_id == user.id:
                del self._store.table(Session)[key]
        for key, stored in list(self._store.table(StoredObject).items()):
            if stored.owner_id == user.id:
                self._store.table(StoredObject)[key] = stored.evolve(owner_id=None)
        for key, invitation in list(self._invitations.items()):
            if invitation.email == user.email:
                del self._invitations[key]
            elif invitation.inviter_id == user.id:
                self._invitations[key] = invitation.evolve(inviter_id=None)
