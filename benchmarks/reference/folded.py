"""One statement a request: what does the work checks session, user and tenant on the way.

Few would write a whole product so, for it can't say why it refused without asking again. The bars
were set against it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import HTTPException, Query, Request, Response
from psycopg import errors
from psycopg.rows import class_row
from uuid_utils.compat import uuid7

from benchmarks.reference.models import Invitation, NewOrganization, Organization
from benchmarks.reference.plain import page
from benchmarks.reference.services import answer, services, session_of

INVITATIONS = """
    SELECT i.id, i.email, i.role, i.status, i.invited_by, i.expires_at, i.created_at
    FROM sessions AS s
    JOIN users AS u ON u.id = s.user_id AND u.status = 'active'
    JOIN memberships AS m ON m.user_id = u.id AND m.organization_id = %s
    JOIN invitations AS i ON i.organization_id = m.organization_id
    WHERE s.id = %s AND s.revoked_at IS NULL AND s.expires_at > now()
        AND (%s::uuid IS NULL OR i.id < %s)
    ORDER BY i.id DESC LIMIT %s
"""
ADD_ORGANIZATION = """
    WITH asking AS (
        SELECT u.id FROM sessions AS s JOIN users AS u ON u.id = s.user_id
        WHERE s.id = %s AND s.revoked_at IS NULL AND s.expires_at > now() AND u.status = 'active'
    ), added AS (
        INSERT INTO organizations (id, name, slug) SELECT %s, %s, %s FROM asking RETURNING *
    ), owner AS (
        INSERT INTO memberships (organization_id, user_id, role)
        SELECT added.id, asking.id, 'owner' FROM added, asking
    )
    SELECT id, name, slug, 'owner' AS role, created_at FROM added
"""


async def invitations(
    request: Request,
    organization_id: UUID,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: UUID | None = None,
) -> Response:
    parameters = (organization_id, session_of(request), cursor, cursor, limit + 1)
    async with services(request).pool.connection() as connection:
        rows = connection.cursor(row_factory=class_row(Invitation))
        await rows.execute(INVITATIONS, parameters)
        found = await rows.fetchall()
    if not found:
        raise HTTPException(404)
    return answer(page(found, limit))


async def create_organization(request: Request, command: NewOrganization) -> Response:
    parameters = (session_of(request), uuid7(), command.name, command.slug)
    async with services(request).pool.connection() as connection:
        cursor = connection.cursor(row_factory=class_row(Organization))
        try:
            await cursor.execute(ADD_ORGANIZATION, parameters)
        except errors.UniqueViolation as error:
            raise HTTPException(409) from error
        added = await cursor.fetchone()
    if added is None:
        raise HTTPException(401)
    return answer(added, 201)
