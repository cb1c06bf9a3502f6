from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, SecretStr

from core.accounts.api_keys import models
from core.accounts.fields import AnyToken, RoleKey
from core.listing import ListRequest, Lists
from core.models import Line, Model, Moment, OrganizationId, UserId

type Scopes = Annotated[
    tuple[Annotated[str, Field(max_length=100)], ...], Field(min_length=1, max_length=200)
]


class CreateApiKey(Model):
    """`service`: a key of the organization's own, with a `role`, instead of one's own key."""

    name: Line
    scopes: Scopes
    expires_at: Moment | None = None
    service: bool = False
    role: RoleKey | None = None


class ApiKeyReference(Model):
    key_id: models.ApiKeyId


class KeyCredentials(Model):
    """An API key, and the organization that is asked about; its own if none is."""

    api_key: SecretStr
    organization_id: OrganizationId | None = None


class ApiKeyView(Model):
    """A key without its secret. It is somebody's, `user_id`, or a service's, with a `role`."""

    id: models.ApiKeyId
    name: str
    scopes: tuple[str, ...]
    service: bool
    role: str | None
    user_id: UserId | None
    created_by: UserId | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, made: models.ApiKey, /, **more: str) -> Self:
        return cls(
            id=made.id,
            name=made.name,
            scopes=tuple(sorted(made.scopes)),
            service=made.service,
            role=made.role,
            user_id=made.user_id,
            created_by=made.created_by,
            created_at=made.created_at,
            expires_at=made.expires_at,
            last_used_at=made.last_used_at,
            **more,
        )


class ListApiKeys(ListRequest):
    lists = Lists(
        ApiKeyView,
        "id name scopes service role user_id created_by created_at expires_at last_used_at",
        "name role created_at expires_at last_used_at",
    )


class NewApiKey(ApiKeyView):
    """The only answer that holds the `key` itself."""

    key: str = Field(repr=False)


class Introspect(Model):
    """A token, an access token or an API key; and the organization that a person asks for."""

    token: AnyToken
    organization_id: OrganizationId | None = None


class Introspection(Model):
    """RFC 7662: whose token it is, and what they may do in the caller's organization.

    Nothing but `active: false` of what is dead, or a stranger's. Times are seconds since 1970, as
    in the token. An API key has no session; that of a service has no person, and is its own `sub`.
    """

    active: bool
    token_type: Literal["access_token", "api_key"] | None = None
    sub: UUID | None = None
    sid: UUID | None = None
    client_id: str | None = None
    exp: int | None = None
    iat: int | None = None
    auth_time: int | None = None
    amr: tuple[str, ...] | None = None
    organization_id: OrganizationId | None = None
    role: str | None = None
    permissions: tuple[str, ...] | None = None
