"""What operators ask for."""

from datetime import datetime
from typing import Literal, Self

from core.accounts import models
from core.accounts.fields import Email
from core.accounts.schemas.organizations import CreateOrganization, UserReference
from core.accounts.schemas.people import ListSessions, UserView
from core.listing import ListRequest, Lists
from core.mails.models import Locale
from core.models import (
    Job,
    Line,
    Model,
    OrganizationId,
    PlatformRole,
    UserId,
)


class CreateUser(Model):
    email: Email
    display_name: Line | None = None
    locale: Locale = "en"
    platform_role: PlatformRole = "none"


class PasswordLink(Model):
    """A user made by an operator, and the link with which they choose their password."""

    user: UserView
    link: str


class ListUsers(ListRequest):
    """`email` picks those whose address begins with it."""

    lists = Lists(
        UserView,
        "id email email_verified display_name locale status mfa_enabled platform_role created_at"
        " updated_at",
        "email created_at",
    )

    email: Line | None = None


class ListUserSessions(UserReference):
    page: ListSessions = ListSessions()


class ListOrganizations(ListRequest):
    lists = Lists(
        models.Organization,
        "id name slug sso_enforced mfa_required deletes_at created_at updated_at version",
        "name slug created_at",
    )


class FindUser(Model):
    user_id: UserId | None = None
    email: Email | None = None


class FindOrganization(Model):
    organization_id: OrganizationId | None = None
    slug: str | None = None


class UserStanding(Model):
    """Suspended people can't sign in, and their sessions end."""

    user_id: UserId
    status: Literal["active", "suspended"]


class GrantPlatformRole(Model):
    user_id: UserId
    platform_role: PlatformRole


class FoundOrganization(CreateOrganization):
    """An organization made by an operator for somebody."""

    owner_id: UserId


class RotateSigningKeys(Model):
    force: bool = False


class SigningKeyView(Model):
    kid: str
    state: models.SigningKeyState
    created_at: datetime
    promoted_at: datetime | None
    retired_at: datetime | None

    @classmethod
    def of(cls, key: models.SigningKey) -> Self:
        return cls(**key.model_dump(include=set(cls.model_fields)))


class PlatformRoleChoice(Model):
    platform_role: PlatformRole


class Reencrypted(Model):
    """How many secrets were put under the newest key."""

    secrets: int


class PurgeExpired(Job):
    """Forget sessions and one-time tokens that ended long ago."""

    name = "accounts.purge_expired"
