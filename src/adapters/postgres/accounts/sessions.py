from datetime import datetime, timedelta
from typing import override

from adapters.postgres.database import Database, Row
from core.accounts import ports
from core.accounts.models import Rotation, Session, SignedInUser, Standing, User
from core.models import OrganizationId, SessionId, UserId

_USER = tuple((f"user_{name}", name) for name in User.model_fields if "password" not in name)
_STANDING = tuple(Standing.model_fields)


def _signed_in(row: Row) -> SignedInUser:
    """Build a session, its user and their standing of one row; the user's columns are prefixed."""
    user = {name: row.pop(column) for column, name in _USER}
    member = {name: row.pop(name) for name in _STANDING if name in row}
    session = row | {"user_id": user["id"]}
    standing = member if member.get("role") else None
    return SignedInUser.model_validate({"session": session, "user": user, "standing": standing})


class Sessions(ports.Sessions):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, session: Session) -> None:
        values = session.model_dump() | {"amr": list(session.amr)}
        await self._database.queue(
            """
            INSERT INTO accounts.sessions (
                id, user_id, generation, client_id, amr, device_label, connection_id,
                scope_organization_id, impersonator_id, read_only, ip, user_agent, created_at,
                rotated_at, authenticated_at, idle_expires_at, absolute_expires_at, revoked_at,
                revoke_reason
            ) VALUES (
                %(id)s, %(user_id)s, %(generation)s, %(client_id)s, %(amr)s, %(device_label)s,
                %(connection_id)s, %(scope_organization_id)s, %(impersonator_id)s, %(read_only)s,
                %(ip)s, %(user_agent)s, %(created_at)s, %(rotated_at)s, %(authenticated_at)s,
                %(idle_expires_at)s, %(absolute_expires_at)s, %(revoked_at)s, %(revoke_reason)s
            )
            """,
            values,
        )

    @override
    async def find(
        self, session_id: SessionId, organization_id: OrganizationId | None = None
    ) -> SignedInUser | None:
        found = await self._database.fetch_row(
            """
            SELECT s.id, s.generation, s.client_id, s.amr, s.device_label, s.connection_id,
                   s.scope_organization_id, s.impersonator_id, s.read_only, s.ip, s.user_agent,
                   s.created_at, s.rotated_at, s.authenticated_at, s.idle_expires_at,
                   s.absolute_expires_at, s.revoked_at, s.revoke_reason,
                   u.id AS user_id, u.email AS user_email,
                   u.email_verified_at AS user_email_verified_at,
                   u.display_name AS user_display_name, u.locale AS user_locale,
                   u.status AS user_status, u.mfa_enabled AS user_mfa_enabled,
                   u.platform_role AS user_platform_role, u.deletes_at AS user_deletes_at,
                   u.created_at AS user_created_at, u.updated_at AS user_updated_at,
                   u.version AS user_version,
                   m.role, m.granted, m.sso_enforced, m.mfa_required
              FROM accounts.sessions AS s
              JOIN accounts.users AS u ON u.id = s.user_id
              LEFT JOIN LATERAL accounts.standing_of(u.id, %(organization_id)s) AS m ON true
             WHERE s.id = %(id)s
            """,
            {"id": session_id, "organization_id": organization_id},
        )
        return None if found is None else _signed_in(found)

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
        rotated = await self._database.fetch_row(
            """
            UPDATE accounts.sessions AS s
               SET generation = s.generation + 1, rotated_at = %(now)s,
                   idle_expires_at = %(now)s + %(idle)s
              FROM accounts.users AS u
             WHERE s.id = %(id)s AND s.generation = %(generation)s AND s.revoked_at IS NULL
               AND s.idle_expires_at > %(now)s AND s.absolute_expires_at > %(now)s
               AND u.id = s.user_id AND u.status = 'active'
            RETURNING s.id, s.generation, s.client_id, s.amr, s.device_label, s.connection_id,
                      s.scope_organization_id, s.impersonator_id, s.read_only, s.ip, s.user_agent,
                      s.created_at, s.rotated_at, s.authenticated_at, s.idle_expires_at,
                      s.absolute_expires_at, s.revoked_at, s.revoke_reason,
                      u.id AS user_id, u.email AS user_email,
                      u.email_verified_at AS user_email_verified_at,
                      u.display_name AS user_display_name, u.locale AS user_locale,
                      u.status AS user_status, u.mfa_enabled AS user_mfa_enabled,
                   u.platform_role AS user_platform_role, u.deletes_at AS user_deletes_at,
                      u.created_at AS user_created_at, u.updated_at AS user_updated_at,
                      u.version AS user_version
            """,
            {"id": session_id, "generation": generation, "now": now, "idle": idle},
        )
        if rotated is not None:
            return Rotation(outcome="rotated", signed_in=_signed_in(rotated))
        return Rotation.of_stale(await self.find(session_id), generation, now=now, grace=grace)

    @override
    async def active(self, user_id: UserId, now: datetime) -> list[Session]:
        return await self._database.fetch_all(
            Session,
            """
            SELECT id, user_id, generation, client_id, amr, device_label, connection_id,
                   scope_organization_id, impersonator_id, read_only, ip, user_agent, created_at,
                   rotated_at, authenticated_at, idle_expires_at, absolute_expires_at,
                   revoked_at, revoke_reason
              FROM accounts.sessions
             WHERE user_id = %(user_id)s AND revoked_at IS NULL
               AND idle_expires_at > %(now)s AND absolute_expires_at > %(now)s
             ORDER BY id DESC
             LIMIT 100
            """,
            {"user_id": user_id, "now": now},
        )

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
        return await self._database.fetch_values(
            """
            UPDATE accounts.sessions
               SET revoked_at = %(at)s, revoke_reason = %(reason)s
             WHERE (user_id = %(user_id)s OR impersonator_id = %(user_id)s)
               AND revoked_at IS NULL
               AND idle_expires_at > %(at)s AND absolute_expires_at > %(at)s
               AND (%(only)s::uuid IS NULL OR id = %(only)s)
               AND (%(keep)s::uuid IS NULL OR id <> %(keep)s)
            RETURNING id
            """,
            {"user_id": user_id, "at": at, "reason": reason, "only": only, "keep": keep},
        )

    @override
    async def reauthenticate(
        self, session_id: SessionId, at: datetime, amr: tuple[str, ...]
    ) -> None:
        await self._database.execute(
            """
            UPDATE accounts.sessions
               SET authenticated_at = %(at)s, amr = %(amr)s
             WHERE id = %(id)s
            """,
            {"id": session_id, "at": at, "amr": list(amr)},
        )

    @override
    async def purge(self, ended_before: datetime, *, limit: int) -> int:
        return await self._database.execute(
            """
            DELETE FROM accounts.sessions WHERE id IN (
                SELECT id FROM accounts.sessions
                 WHERE idle_expires_at < %(before)s
                 LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            )
            """,
            {"before": ended_before, "limit": limit},
        )
