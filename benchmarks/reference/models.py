"""What the reference app takes and answers: the shapes Core API promises, no more."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class User(BaseModel):
    id: UUID
    email: str
    display_name: str
    locale: str
    status: str
    created_at: datetime


class Credentials(BaseModel):
    email: str
    password: str = Field(min_length=12, max_length=256)


class TokenPair(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name (RFC 6750), not a secret
    expires_in: int
    session_id: UUID
    user: User


class Invitation(BaseModel):
    id: UUID
    email: str
    role: str
    status: str
    invited_by: UUID
    expires_at: datetime
    created_at: datetime


class Page(BaseModel):
    items: list[Invitation]
    next_cursor: str | None = None


class NewOrganization(BaseModel):
    name: str = Field(min_length=1, max_length=200)
    slug: str = Field(pattern=r"^[a-z0-9](-?[a-z0-9]){1,62}$")


class Organization(BaseModel):
    id: UUID
    name: str
    slug: str
    role: str
    created_at: datetime
