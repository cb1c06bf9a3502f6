"""The endpoints as one writes them first: one statement authenticates, the next does the work."""

import hashlib
import secrets
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Query, Request, Response
from psycopg import AsyncConnection, errors
from psycopg.rows import class_row
from uuid_utils.compat import uuid7

from benchmarks.reference.auth import LIFETIME
from benchmarks.reference.models import (
    Credentials,
    Invitation,
    NewOrganization,
    Organization,
    Page,
    TokenPair,
    User,
)
from benchmarks.reference.services import answer, services, session_of

AUTHENTICATE = """
    SELECT u.id, u.email, u.display_name, u.locale, u.status, u.created_at
    FROM sessions AS s JOIN users AS u ON u.id = s.user_id
    WHERE s.id = %s AND s.revoked_at IS NULL AND s.expires_at > now() AND u.status = 'active'
"""
INVITATIONS = """
    SELECT i.id, i.email, i.role, i.status, i.invited_by, i.expires_at, i.created_at
    FROM invitations AS i
    JOIN memberships AS m ON m.organization_id = i.organization_id AND m.user_id = %s
    WHERE i.organization_id = %s AND (%s::uuid IS NULL OR i.id < %s)
    ORDER BY i.id DESC LIMIT %s
"""
ADD_ORGANIZATION = """
    WITH added AS (
        INSERT INTO organizations (id, name, slug) VALUES (%s, %s, %s) RETURNING *
    ), owner AS (
        INSERT INTO memberships (organization_id, user_id, role) SELECT id, %s, 'owner' FROM added
    )
    SELECT id, name, slug, 'owner' AS role, created_at FROM added
"""
FIND_USER = """
    SELECT id, email, display_name, locale, status, created_at, password_hash
    FROM users WHERE lower(email) = lower(%s)
"""
ADD_SESSION = """
    INSERT INTO sessions (id, user_id, refresh_hash, expires_at)
    VALUES (%s, %s, %s, now() + interval '14 days')
"""


class Registered(User):
    password_hash: str


async def current_user(request: Request) -> User:
    session_id = session_of(request)
    async with services(request).pool.connection() as connection:
        cursor = connection.cursor(row_factory=class_row(User))
        user = await (await cursor.execute(AUTHENTICATE, (session_id,))).fetchone()
    if user is None:
        raise HTTPException(401)
    return user


type CurrentUser = Annotated[User, Depends(current_user)]


async def health() -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


async def me(user: CurrentUser) -> Response:
    return answer(user)


def page(found: list[Invitation], limit: int) -> Page:
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=found[:limit], next_cursor=more)


async def invitations(
    request: Request,
    organization_id: UUID,
    user: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    cursor: UUID | None = None,
) -> Response:
    async with services(request).pool.connection() as connection:
        rows = connection.cursor(row_factory=class_row(Invitation))
        await rows.execute(INVITATIONS, (user.id, organization_id, cursor, cursor, limit + 1))
        found = await rows.fetchall()
    return answer(page(found, limit))


async def create_organization(
    request: Request, command: NewOrganization, user: CurrentUser
) -> Response:
    async with services(request).pool.connection() as connection:
        cursor = connection.cursor(row_factory=class_row(Organization))
        try:
            await cursor.execute(ADD_ORGANIZATION, (uuid7(), command.name, command.slug, user.id))
        except errors.UniqueViolation as error:
            raise HTTPException(409) from error
        added = await cursor.fetchone()
    if added is None:
        raise HTTPException(500)
    return answer(added, 201)


async def log_in(request: Request, credentials: Credentials) -> Response:
    shared = services(request)
    async with shared.pool.connection() as connection:
        user = await _registered(connection, credentials.email)
    known = user.password_hash if user else None
    if not await shared.passwords.matches(credentials.password, known) or user is None:
        raise HTTPException(401)
    session_id, refresh_token = uuid7(), secrets.token_urlsafe(32)
    refresh_hash = hashlib.sha256(refresh_token.encode()).digest()
    async with shared.pool.connection() as connection:
        await connection.execute(ADD_SESSION, (session_id, user.id, refresh_hash))
    pair = TokenPair(
        access_token=shared.tokens.sign(user.id, session_id),
        refresh_token=refresh_token,
        expires_in=LIFETIME,
        session_id=session_id,
        user=User.model_construct(**user.model_dump(exclude={"password_hash"})),
    )
    return answer(pair)


async def _registered(connection: AsyncConnection, email: str) -> Registered | None:
    cursor = connection.cursor(row_factory=class_row(Registered))
    return await (await cursor.execute(FIND_USER, (email,))).fetchone()
