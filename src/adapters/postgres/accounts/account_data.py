from typing import Any, override
from uuid import UUID

from adapters.postgres.database import PLATFORM, Database, Row
from core.accounts.privacy import ports
from core.models import UserId

AUDIT_PAGE = 1000
AUDIT_PAGES = 20
"""As many as a person makes in years; whoever has more is helped by an operator."""


class AccountData(ports.PersonalData):
    """What the tables of the module say of somebody, without what opens anything."""

    name = "accounts"

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def of(self, user_id: UserId) -> dict[str, Any]:
        profile = await self._database.fetch_row(
            """
            SELECT id, email, email_verified_at, display_name, locale, status,
                   password_changed_at, mfa_enabled, platform_role, deletes_at, created_at,
                   updated_at
              FROM accounts.users
             WHERE id = %(user_id)s
            """,
            {"user_id": user_id},
        )
        return {
            "profile": profile,
            "sessions": await self._sessions(user_id),
            "memberships": await self._memberships(user_id),
            "invitations": await self._invitations(user_id),
            "identities": await self._identities(user_id),
            "passkeys": await self._passkeys(user_id),
            "api_keys": await self._api_keys(user_id),
            "audit_events": await self._audit_events(user_id),
        }

    async def _sessions(self, user_id: UserId) -> list[Row]:
        return await self._database.fetch_rows(
            """
            SELECT id, client_id, amr, device_label, connection_id, scope_organization_id,
                   impersonator_id, read_only, ip, user_agent, created_at, rotated_at,
                   authenticated_at, idle_expires_at, absolute_expires_at, revoked_at,
                   revoke_reason
              FROM accounts.sessions
             WHERE user_id = %(user_id)s
             ORDER BY id DESC
            """,
            {"user_id": user_id},
        )

    async def _memberships(self, user_id: UserId) -> list[Row]:
        return await self._database.fetch_rows(
            """
            SELECT m.organization_id, o.name AS organization, m.role, m.created_at
              FROM accounts.memberships AS m
              JOIN accounts.organizations AS o ON o.id = m.organization_id
             WHERE m.user_id = %(user_id)s
             ORDER BY m.organization_id DESC
            """,
            {"user_id": user_id},
            scope=PLATFORM,
        )

    async def _invitations(self, user_id: UserId) -> list[Row]:
        """Return those they sent and those they got."""
        return await self._database.fetch_rows(
            """
            SELECT id, organization_id, email, role, inviter_id, status, created_at, expires_at
              FROM accounts.invitations
             WHERE inviter_id = %(user_id)s
                OR email = (SELECT email FROM accounts.users WHERE id = %(user_id)s)
             ORDER BY id DESC
            """,
            {"user_id": user_id},
            scope=PLATFORM,
        )

    async def _identities(self, user_id: UserId) -> list[Row]:
        return await self._database.fetch_rows(
            """
            SELECT id, connection_id, issuer, subject, email_at_link, created_at
              FROM accounts.identities
             WHERE user_id = %(user_id)s
             ORDER BY id DESC
            """,
            {"user_id": user_id},
        )

    async def _passkeys(self, user_id: UserId) -> list[Row]:
        return await self._database.fetch_rows(
            """
            SELECT id, name, transports, backed_up, created_at, last_used_at
              FROM accounts.passkeys
             WHERE user_id = %(user_id)s
             ORDER BY id DESC
            """,
            {"user_id": user_id},
        )

    async def _api_keys(self, user_id: UserId) -> list[Row]:
        """Return their own and those they made for an organization."""
        return await self._database.fetch_rows(
            """
            SELECT id, organization_id, role, name, scopes, created_at, expires_at, last_used_at,
                   revoked_at
              FROM accounts.api_keys
             WHERE user_id = %(user_id)s OR created_by = %(user_id)s
             ORDER BY id DESC
            """,
            {"user_id": user_id},
            scope=PLATFORM,
        )

    async def _audit_events(self, user_id: UserId) -> list[Row]:
        """Return what they did, the newest first: page by page, so that none is too large."""
        found: list[Row] = []
        before: UUID | None = None
        for _ in range(AUDIT_PAGES):
            page = await self._audit_page(user_id, before)
            found += page
            if len(page) < AUDIT_PAGE:
                break
            before = page[-1]["id"]
        return found

    async def _audit_page(self, user_id: UserId, before: UUID | None) -> list[Row]:
        return await self._database.fetch_rows(
            """
            SELECT id, occurred_at, action, actor_kind, actor_id, impersonator_id,
                   organization_id, target_type, target_id, session_id, ip, user_agent,
                   request_id, outcome, metadata
              FROM core.audit_events
             WHERE actor_id = %(user_id)s AND (%(before)s::uuid IS NULL OR id < %(before)s)
             ORDER BY id DESC
             LIMIT %(limit)s
            """,
            {"user_id": user_id, "before": before, "limit": AUDIT_PAGE},
            scope=PLATFORM,
        )
