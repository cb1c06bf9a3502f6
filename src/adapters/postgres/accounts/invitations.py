from datetime import datetime
from typing import Unpack, override

from adapters.postgres.database import PLATFORM, Database
from adapters.postgres.listing import listed
from core.accounts import exceptions, ports
from core.accounts.models import Invitation, InvitationId, InvitationOfUser, InvitationStatus
from core.listing import Found, Window
from core.models import OrganizationId


class Invitations(ports.Invitations):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(self, invitation: Invitation) -> None:
        added = await self._database.execute(
            """
            INSERT INTO accounts.invitations AS i (
                id, organization_id, email, role, inviter_id, status, created_at, expires_at
            ) VALUES (
                %(id)s, %(organization_id)s, %(email)s, %(role)s, %(inviter_id)s, %(status)s,
                %(created_at)s, %(expires_at)s
            )
            ON CONFLICT (organization_id, email) WHERE status = 'pending' DO UPDATE
               SET id = excluded.id, role = excluded.role, inviter_id = excluded.inviter_id,
                   created_at = excluded.created_at, expires_at = excluded.expires_at
             WHERE i.expires_at <= excluded.created_at
            """,
            invitation.model_dump(),
            scope=invitation.organization_id,
        )
        if not added:
            raise exceptions.AlreadyInvited

    @override
    async def get(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation | None:
        return await self._database.fetch_one(
            Invitation,
            """
            SELECT id, organization_id, email, role, inviter_id, status, created_at, expires_at
              FROM accounts.invitations
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": invitation_id},
            scope=organization_id,
        )

    @override
    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Invitation]:
        return await listed(
            self._database,
            Invitation,
            """
            SELECT id, organization_id, email, role, inviter_id, status, created_at, expires_at
              FROM accounts.invitations
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
            **window,
        )

    @override
    async def settle(
        self,
        organization_id: OrganizationId,
        invitation_id: InvitationId,
        status: InvitationStatus,
        now: datetime,
    ) -> Invitation:
        settled = await self._database.fetch_one(
            Invitation,
            """
            UPDATE accounts.invitations
               SET status = %(status)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
               AND status = 'pending' AND expires_at > %(now)s
            RETURNING id, organization_id, email, role, inviter_id, status, created_at, expires_at
            """,
            {
                "organization_id": organization_id,
                "id": invitation_id,
                "status": status,
                "now": now,
            },
            scope=organization_id,
        )
        if settled is None:
            raise exceptions.InvitationNotPending
        return settled

    @override
    async def extend(
        self, organization_id: OrganizationId, invitation_id: InvitationId, expires_at: datetime
    ) -> Invitation:
        extended = await self._database.fetch_one(
            Invitation,
            """
            UPDATE accounts.invitations
               SET expires_at = %(expires_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s AND status = 'pending'
            RETURNING id, organization_id, email, role, inviter_id, status, created_at, expires_at
            """,
            {"organization_id": organization_id, "id": invitation_id, "expires_at": expires_at},
            scope=organization_id,
        )
        if extended is None:
            raise exceptions.InvitationNotPending
        return extended

    @override
    async def for_email(self, email: str, now: datetime) -> list[InvitationOfUser]:
        return await self._database.fetch_all(
            InvitationOfUser,
            """
            SELECT i.id, i.organization_id, i.email, i.role, i.inviter_id, i.status, i.created_at,
                   i.expires_at, o.name AS organization_name
              FROM accounts.invitations AS i
              JOIN accounts.organizations AS o
                ON o.id = i.organization_id AND o.deletes_at IS NULL
             WHERE i.email = lower(%(email)s) AND i.status = 'pending' AND i.expires_at > %(now)s
             ORDER BY i.id DESC
             LIMIT 100
            """,
            {"email": email, "now": now},
            scope=PLATFORM,
        )
