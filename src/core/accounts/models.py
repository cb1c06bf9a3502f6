from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, NewType, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from core.accounts import exceptions
from core.exceptions import AuthenticationRequired
from core.mails.models import Locale
from core.models import (
    Actor,
    Model,
    OrganizationId,
    PlatformRole,
    SessionId,
    UserId,
)

InvitationId = NewType("InvitationId", UUID)
TokenId = NewType("TokenId", UUID)
ConnectionId = NewType("ConnectionId", UUID)
RoleId = NewType("RoleId", UUID)

type Address = Annotated[str, StringConstraints(to_lower=True)]
"""An email address, always in lower case: what is the same but for its case is the same."""

type UserStatus = Literal["active", "suspended", "pending_deletion"]
type TokenPurpose = Literal[
    "verify_email",
    "reset_password",
    "change_email",
    "restore_account",
    "mfa_challenge",
    "mail_login",
    "passkey_registration",
    "passkey_login",
]
type LoginMethod = Literal["password", "mail", "passkey", "sso", "impersonation"]
type Credential = Literal["password", "identity", "passkey"]
"""What somebody signs in with by themselves; they keep one of these at least."""

type InvitationStatus = Literal["pending", "accepted", "declined", "revoked"]
type SigningKeyState = Literal["next", "current", "previous"]


class User(Model):
    """A person. `password_hash` is absent until they choose a password.

    `mfa_enabled`: signing in takes a second factor. `deletes_at`: when a pending deletion is due.
    """

    id: UserId
    email: Address
    email_verified_at: datetime | None = None
    display_name: str | None = None
    locale: Locale = "en"
    status: UserStatus = "active"
    password_hash: str | None = Field(default=None, repr=False)
    password_changed_at: datetime | None = None
    mfa_enabled: bool = False
    platform_role: PlatformRole = "none"
    deletes_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1

    @property
    def email_verified(self) -> bool:
        return self.email_verified_at is not None


class Proof(Model):
    """How somebody proved who they are: the method, RFC 8176's names for it, and from which device.

    `connection_id` is the single sign-on that vouched for them; if that is an organization's own,
    the session is good in this organization alone (`scope_organization_id`).
    """

    method: LoginMethod
    amr: tuple[str, ...]
    device_label: str | None = None
    connection_id: ConnectionId | None = None
    scope_organization_id: OrganizationId | None = None
    impersonator_id: UserId | None = None
    read_only: bool = False


class Session(Model):
    """A signed-in device. Each refresh makes a new `generation`; older ones are a sign of theft."""

    id: SessionId
    user_id: UserId
    generation: int = 1
    client_id: str
    amr: tuple[str, ...]
    device_label: str | None = None
    connection_id: ConnectionId | None = None
    scope_organization_id: OrganizationId | None = None
    impersonator_id: UserId | None = None
    read_only: bool = False
    ip: str | None = None
    user_agent: str | None = None
    created_at: datetime
    rotated_at: datetime
    authenticated_at: datetime
    idle_expires_at: datetime
    absolute_expires_at: datetime
    revoked_at: datetime | None = None
    revoke_reason: str | None = None

    @property
    def strong(self) -> bool:
        """Whether two factors opened it (RFC 8176: mfa)."""
        return "mfa" in self.amr

    def alive(self, now: datetime) -> bool:
        return (
            self.revoked_at is None
            and now < self.idle_expires_at
            and now < self.absolute_expires_at
        )


class Standing(Model):
    """What somebody is in an organization at this moment, and what it asks of its members.

    `granted`: what a role of the organization's own may do; None for a built-in one.
    """

    role: str
    granted: frozenset[str] | None = None
    sso_enforced: bool = False
    mfa_required: bool = False


class Role(Model):
    """What an organization lets some of its members do, under a name of its own."""

    id: RoleId
    organization_id: OrganizationId
    key: str
    name: str
    permissions: frozenset[str]
    created_at: datetime
    updated_at: datetime
    version: int = 1


class SignedInUser(Model):
    """A session and whose it is, and how they stand in the organization that was asked about."""

    session: Session
    user: User
    standing: Standing | None = None


class Principal(Model):
    """Who is asking, proven: the actor they are to every use case, and the person if it is one."""

    user: User | None
    actor: Actor

    @property
    def person(self) -> User:
        if self.user is None:
            raise AuthenticationRequired
        return self.user


class OneTimeToken(Model):
    """Something that works once: a link in a mail, a challenge. Its `payload` holds no secret.

    Of those that a mail carries (`SINGLE`) at most one is live for a user and purpose.
    """

    SINGLE: ClassVar[frozenset[TokenPurpose]] = frozenset(
        {"verify_email", "reset_password", "change_email", "restore_account"}
    )

    id: TokenId
    user_id: UserId | None
    purpose: TokenPurpose
    payload: dict[str, Any] = Field(default_factory=dict)
    attempts: int = 0
    expires_at: datetime
    created_at: datetime

    @property
    def owner(self) -> UserId:
        """Whose it is; a challenge for somebody yet unknown has no owner."""
        if self.user_id is None:
            raise exceptions.TokenInvalidOrExpired
        return self.user_id


class Organization(Model):
    """A tenant. `sso_enforced`: only its own single sign-on lets in. `mfa_required`: only two
    factors do. `deletes_at`: it is shut until it is erased then."""

    id: OrganizationId
    name: str
    slug: str
    sso_enforced: bool = False
    mfa_required: bool = False
    deletes_at: datetime | None = None
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

    email: Address
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
    impersonator_id: UserId | None = None
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
