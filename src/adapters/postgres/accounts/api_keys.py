from datetime import datetime, timedelta
from typing import Any, Final, Unpack, override

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core.accounts.api_keys import ports
from core.accounts.api_keys.models import ApiKey, ApiKeyId, PresentedKey
from core.accounts.models import Standing
from core.listing import Found, Window
from core.models import OrganizationId, UserId

_STANDING: Final = frozenset(Standing.model_fields)


def _presented(
    user_status: Any, user_mfa_enabled: Any, key_role: str | None, **row: Any
) -> PresentedKey:
    """Build a key and the standing of whose it is of one row; `role` is what they are by now."""
    standing = {name: row.pop(name) for name in _STANDING}
    return PresentedKey(
        key=ApiKey(role=key_role, **row),
        user_status=user_status,
        user_mfa_enabled=bool(user_mfa_enabled),
        standing=Standing(**standing) if standing["role"] else None,
    )


class ApiKeys(ports.ApiKeys):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, key: ApiKey) -> None:
        await self._database.execute(
            """
            INSERT INTO accounts.api_keys (
                id, organization_id, user_id, role, name, key_hash, scopes, through_sso, created_by,
                created_at, expires_at, last_used_at, revoked_at
            ) VALUES (
                %(id)s, %(organization_id)s, %(user_id)s, %(role)s, %(name)s, %(key_hash)s,
                %(scopes)s, %(through_sso)s, %(created_by)s, %(created_at)s, %(expires_at)s,
                %(last_used_at)s, %(revoked_at)s
            )
            """,
            key.model_dump() | {"scopes": sorted(key.scopes)},
            scope=key.organization_id,
        )

    @override
    async def present(
        self, key_hash: bytes, now: datetime, *, note_every: timedelta
    ) -> PresentedKey | None:
        row = await self._database.fetch_row(
            """
            WITH noted AS (
                UPDATE accounts.api_keys
                   SET last_used_at = %(now)s
                 WHERE key_hash = %(key_hash)s AND revoked_at IS NULL
                   AND (expires_at IS NULL OR expires_at > %(now)s)
                   AND (last_used_at IS NULL OR last_used_at <= %(now)s - %(note_every)s)
                RETURNING last_used_at
            )
            SELECT k.id, k.organization_id, k.user_id, k.role AS key_role, k.name, k.key_hash,
                   k.scopes, k.through_sso, k.created_by, k.created_at, k.expires_at,
                   coalesce((SELECT last_used_at FROM noted), k.last_used_at) AS last_used_at,
                   k.revoked_at, u.status AS user_status, u.mfa_enabled AS user_mfa_enabled,
                   coalesce(m.role, k.role) AS role, coalesce(m.granted, r.permissions) AS granted,
                   o.sso_enforced, o.mfa_required
              FROM accounts.api_keys AS k
              JOIN accounts.organizations AS o
                ON o.id = k.organization_id AND o.deletes_at IS NULL
              LEFT JOIN accounts.users AS u ON u.id = k.user_id
              LEFT JOIN LATERAL accounts.standing_of(k.user_id, k.organization_id) AS m ON true
              LEFT JOIN accounts.roles AS r
                ON r.organization_id = k.organization_id AND r.key = k.role
             WHERE k.key_hash = %(key_hash)s
            """,
            {"key_hash": key_hash, "now": now, "note_every": note_every},
            scope=PLATFORM,
        )
        return None if row is None else _presented(**row)

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        *,
        user_id: UserId | None = None,
        **window: Unpack[Window],
    ) -> Found[ApiKey]:
        return await listed(
            self._database,
            ApiKey,
            """
            SELECT id, organization_id, user_id, role, name, key_hash, scopes, through_sso,
                   created_by, created_at, expires_at, last_used_at, revoked_at,
                   user_id IS NULL AS service
              FROM accounts.api_keys
             WHERE organization_id = %(organization_id)s AND revoked_at IS NULL
               AND (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
            """,
            {"organization_id": organization_id, "user_id": user_id},
            scope=organization_id,
            **window,
        )

    @override
    async def revoke(
        self,
        organization_id: OrganizationId,
        key_id: ApiKeyId,
        at: datetime,
        *,
        user_id: UserId | None = None,
    ) -> bool:
        revoked = await self._database.execute(
            """
            UPDATE accounts.api_keys
               SET revoked_at = %(at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s AND revoked_at IS NULL
               AND (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
            """,
            {"organization_id": organization_id, "id": key_id, "at": at, "user_id": user_id},
            scope=organization_id,
        )
        return revoked == 1
