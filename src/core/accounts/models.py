from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NewType, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from core.mails.models import Locale
from core.models import (
    Actor,
    Event,
    Model,
    OrganizationId,
    PlatformRole,
    SessionId,
    UserId,
)

InvitationId = NewType("InvitationId", UUID)
TokenId = NewType("TokenId", UUID)

type Address = Annotated[str, StringConstraints(to_lower=True)]
"""An email address, always in lower case: what is the same but for its case is the same."""

type UserStatus = Literal["active", "suspended"]
type TokenPurpose = Literal["verify_email", "reset_password"]
type InvitationStatus = Literal["pending", "accepted", "declined", "revoked"]
type SigningKeyState = Literal["next", "current", "previous"]


class User(Model):
    """A person. `password_hash` is absent until they choose a password."""

    id: UserId
    email: Address
    email_verified_at: datetime | None = None
    display_name: str | None = None
    locale: Locale = "en"
    status: UserStatus = "active"
    password_hash: str | None = Field(default=None, repr=False)
    password_changed_at: datetime | None = None
    platform_role: PlatformRole = "none"
    created_at: datetime
    updated_at: datetime
    version: int = 1


class Session(Model):
    """A signed-in device. Each refresh makes a new `generation`; older ones are a sign of theft."""

    id: SessionId
    user_id: UserId
    generation: int = 1
    client_id: str
    amr: tuple[str, ...]
    device_label: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    created_at: datetime
    rotated_at: datetime
    authenticated_at: datetime
    idle_expires_at: datetime
    absolute_expires_at: datetime
    revoked_at: datetime | None = None
    revoke_reason: str | None = None

    def alive(self, now: datetime) -> bool:
        return (
            self.revoked_at is None
            and now < self.idle_expires_at
            and now < self.absolute_expires_at
        )


class SignedInUser(Model):
    """A session and whose it is; `role` is theirs in the organization that was asked about."""

    session: Session
    user: User
    role: str | None = None


class Principal(Model):
    """Who is asking, proven: the person, and the actor they are to every use case."""

    user: User
    actor: Actor


class OneTimeToken(Model):
    """A link in a mail works once. At most one is live for a user and purpose."""

    id: TokenId
    user_id: UserId
    purpose: TokenPurpose
    expires_at: datetime
    created_at: datetime


class Organization(Model):
    id: OrganizationId
    name: str
    slug: str
    created_at: datetime
    updated_at: datetime
    version: int = 1


class OrganizationOfUser(Organization):
    """An organization as one of its members sees it."""

    role: str


class Membership(Model):
    organization_id: OrganizationId
    user_id: UserId
    role: str
    created_at: datetime


class Member(Membership):
    """A membership and whose it is."""

    email: str
    display_name: str | None


class Invitation(Model):
    id: InvitationId
    organization_id: OrganizationId
    email: Address
    role: str
    inviter_id: UserId | None
    status: InvitationStatus = "pending"
    created_at: datetime
    expires_at: datetime

    def open(self, now: datetime) -> bool:
        return self.status == "pending" and now < self.expires_at


class InvitationOfUser(Invitation):
    """An invitation as the invited person sees it."""

    organization_name: str


class SigningKey(Model):
    """A key of ours: `private_box` is the PKCS #8 key, encrypted; `public_jwk` is published."""

    kid: str
    state: SigningKeyState
    private_box: bytes = Field(repr=False)
    public_jwk: dict[str, Any]
    created_at: datetime
    promoted_at: datetime | None = None
    retired_at: datetime | None = None


class AccessClaims(Model):
    """What an access token says (RFC 9068): who, in which session, and nothing they may do."""

    user_id: UserId
    session_id: SessionId
    client_id: str
    authenticated_at: datetime
    amr: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


class Rotation(Model):
    """What became of a refresh token.

    `rotated`: a new generation. `repeated`: the last generation again within the grace, so the
    current one is the answer. `reused`: an old one, a sign of theft. `dead`: the session ended.
    """

    outcome: Literal["rotated", "repeated", "reused", "dead"]
    signed_in: SignedInUser | None = None

    @classmethod
    def of_stale(
        cls, found: SignedInUser | None, generation: int, *, now: datetime, grace: timedelta
    ) -> Self:
        """Judge a token that is not of the current generation any more."""
        if found is None or not found.session.alive(now) or found.user.status != "active":
            return cls(outcome="dead")
        session = found.session
        last = generation == session.generation - 1
        if last and now - session.rotated_at <= grace:
            return cls(outcome="repeated", signed_in=found)
        return cls(outcome="reused", signed_in=found)


class UserRegistered(Event):
    topic = "accounts.user_registered"

    user_id: UserId
    at: datetime


class UserEmailVerified(Event):
    topic = "accounts.user_email_verified"

    user_id: UserId
    at: datetime


class UserLoggedIn(Event):
    topic = "accounts.user_logged_in"

    user_id: UserId
    session_id: SessionId
    at: datetime


class OrganizationCreated(Event):
    topic = "accounts.organization_created"

    organization_id: OrganizationId
    user_id: UserId
    at: datetime


class MemberAdded(Event):
    topic = "accounts.member_added"

    organization_id: OrganizationId
    user_id: UserId
    role: str
    at: datetime


class MemberRoleChanged(Event):
    topic = "accounts.member_role_changed"

    organization_id: OrganizationId
    user_id: UserId
    role: str
    at: datetime


class MemberRemoved(Event):
    topic = "accounts.member_removed"

    organization_id: OrganizationId
    user_id: UserId
    at: datetime
