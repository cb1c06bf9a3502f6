"""Signing up and in, and what people see of themselves."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from core.accounts import models
from core.accounts.fields import Code, Email, Password, Token
from core.listing import Lists, WholeList
from core.mails.models import Locale
from core.models import (
    Actor,
    Line,
    Model,
    OneOf,
    OrganizationId,
    Patch,
    PlatformRole,
    SessionId,
    UserId,
)


class RegisterUser(Model):
    email: Email
    password: Password
    display_name: Line | None = None
    locale: Locale = "en"
    invitation_token: Token | None = None


class Registration(Model):
    """The same whether or not the address was known, so that nobody can find out."""

    status: Literal["pending_verification"] = "pending_verification"


class Accepted(Model):
    """The same whatever happens next, so that nobody can find out."""

    status: Literal["accepted"] = "accepted"


class VerifyEmail(Model):
    token: Token


class ResendVerification(Model):
    email: Email


class LogIn(Model):
    email: Email
    password: Password
    device_label: Line | None = None
    device_token: Token | None = None


class Credentials(Model):
    """An access token, and the organization that is asked about."""

    access_token: str = Field(repr=False)
    organization_id: OrganizationId | None = None


class RefreshSession(Model):
    refresh_token: Token


class LogOut(Model):
    refresh_token: Token | None = None


class RequestPasswordReset(Model):
    email: Email


class ResetPassword(Model):
    token: Token
    new_password: Password


class ChangePassword(Model):
    current_password: Password
    new_password: Password
    revoke_other_sessions: bool = True


class RequestEmailChange(Model):
    """The password may be left out by somebody who has none."""

    new_email: Email
    password: Password | None = None


class ConfirmEmailChange(Model):
    token: Token


class Reauthenticate(Model):
    password: Password


class StepUp(OneOf):
    """What proves once more that it is you: the password, or a code of your second factor."""

    choices = ("password", "code")

    password: Password | None = None
    code: Code | None = None


class UpdateMe(Patch):
    nullable = frozenset({"display_name"})

    display_name: Line | None = None
    locale: Locale | None = None


class UserView(Model):
    id: UserId
    email: models.Address
    email_verified: bool
    display_name: str | None
    locale: Locale
    status: models.UserStatus
    mfa_enabled: bool
    platform_role: PlatformRole
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, user: models.User) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            email_verified=user.email_verified,
            display_name=user.display_name,
            locale=user.locale,
            status=user.status,
            mfa_enabled=user.mfa_enabled,
            platform_role=user.platform_role,
            created_at=user.created_at,
            updated_at=user.updated_at,
        )


class TokenPair(Model):
    """Lifetimes in seconds. The refresh token works once; the answer to it holds the next.

    A login adds a `device_token`: send it with the next login from this device, so that nobody
    can lock its user out by guessing.
    """

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name, RFC 6750
    expires_in: int
    refresh_token: str
    refresh_expires_at: datetime
    session_id: SessionId
    user: UserView
    device_token: str | None = None


class AccessToken(Model):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name, RFC 6750
    expires_in: int


class RevokeSession(Model):
    session_id: SessionId


class SessionView(Model):
    """`impersonated`: it is not theirs; an operator of the installation acts as them in it."""

    id: SessionId
    current: bool
    impersonated: bool
    device_label: str | None
    ip: str | None
    user_agent: str | None
    amr: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, session: models.Session, actor: Actor) -> Self:
        return cls(
            id=session.id,
            current=session.id == actor.session_id,
            impersonated=session.impersonator_id is not None,
            device_label=session.device_label,
            ip=session.ip,
            user_agent=session.user_agent,
            amr=session.amr,
            created_at=session.created_at,
            last_used_at=session.rotated_at,
            expires_at=min(session.idle_expires_at, session.absolute_expires_at),
        )


class ListSessions(WholeList):
    lists = Lists(
        SessionView,
        "id current impersonated device_label ip created_at last_used_at expires_at",
        "created_at last_used_at expires_at",
    )
