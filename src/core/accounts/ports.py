from datetime import datetime, timedelta
from typing import Any, Protocol, Unpack

from pydantic import SecretStr

from core.accounts import models
from core.listing import Found, Window
from core.models import OrganizationId, SessionId, UserId


class Users(Protocol):
    async def add(self, user: models.User) -> None:
        """Keep a new user; raise EmailTaken if another one has the email, whatever its case."""

    async def get(self, user_id: UserId) -> models.User | None: ...

    async def by_email(self, email: str) -> models.User | None: ...

    async def page(
        self, *, email: str | None = None, **window: Unpack[Window]
    ) -> Found[models.User]:
        """Return users, newest first; `email` picks those whose address begins with it."""

    async def update(self, user: models.User) -> models.User:
        """Write everything but the password, and return the next version.

        Raise VersionMismatch if somebody wrote since this version was read, EmailTaken if another
        one has the email.
        """

    async def set_password(
        self,
        user_id: UserId,
        password_hash: str | None,
        *,
        at: datetime,
        instead_of: str | None = None,
    ) -> bool:
        """Write a password's hash, or none, if `instead_of` still stands there; tell if it did."""

    async def mark_verified(self, user_id: UserId, at: datetime) -> bool:
        """Note that the address is theirs; the first time counts. Tell whether this was it."""


class Credentials(Protocol):
    async def forget(self, user_id: UserId, at: datetime) -> None:
        """Take away all that somebody could prove themselves with, and what was sent to do so.

        The password, second factors, passkeys, linked identities, API keys and one-time tokens.
        """


class LoginMethods(Protocol):
    async def of(self, user_id: UserId) -> frozenset[models.Credential]:
        """Return what somebody can sign in with by themselves.

        Nobody else changes their mind about it until the surrounding transaction ends: whoever asks
        meanwhile waits, and is told what is left then.
        """


class Sessions(Protocol):
    async def add(self, session: models.Session) -> None: ...

    async def find(
        self, session_id: SessionId, organization_id: OrganizationId | None = None
    ) -> models.SignedInUser | None:
        """Return the session with its user, and their standing in the organization, in one query.

        The password's hash stays out.
        """

    async def rotate(
        self,
        session_id: SessionId,
        generation: int,
        *,
        now: datetime,
        idle: timedelta,
        grace: timedelta,
    ) -> models.Rotation:
        """Trade a generation for the next: of many at once, one rotates and the rest repeat."""

    async def active(self, user_id: UserId, now: datetime) -> list[models.Session]:
        """Return the live sessions, newest first."""

    async def revoke(
        self,
        user_id: UserId,
        *,
        at: datetime,
        reason: str,
        only: SessionId | None = None,
        keep: SessionId | None = None,
    ) -> list[SessionId]:
        """End the user's live sessions: all, `only` one, or all but the one to `keep`.

        Those count too in which they act as somebody else.
        """

    async def reauthenticate(
        self, session_id: SessionId, at: datetime, amr: tuple[str, ...]
    ) -> None:
        """Note that its user proved who they are just now, and by what."""

    async def purge(self, ended_before: datetime, *, limit: int) -> int:
        """Forget sessions whose idle time ended before that, at most `limit`; return how many."""


class OneTimeTokens(Protocol):
    async def add(self, token: models.OneTimeToken) -> None:
        """Keep a token; if it is one of the `SINGLE`, the live one of its user and purpose dies."""

    async def attempt(
        self, token_id: models.TokenId, purpose: models.TokenPurpose, now: datetime, *, most: int
    ) -> models.OneTimeToken:
        """Count a try at a live token and return it, without using it up.

        Raise TokenInvalidOrExpired if it is not live, or was tried `most` times before.
        """

    async def consume(
        self, token_id: models.TokenId, purpose: models.TokenPurpose, now: datetime
    ) -> models.OneTimeToken:
        """Use a live token up.

        Raise TokenInvalidOrExpired if it is used, expired, replaced or for something else.
        """

    async def cancel(self, user_id: UserId, purpose: models.TokenPurpose, now: datetime) -> None:
        """Make the live token of this user and purpose useless, if there is one."""

    async def purge(self, expired_before: datetime, *, limit: int) -> int: ...


class Organizations(Protocol):
    async def add(self, organization: models.Organization, owner: models.Membership) -> None:
        """Keep a new organization with its first owner; there is never one without.

        Raise SlugTaken if another organization has the slug; in a transaction, at its end at the
        latest.
        """

    async def get(self, organization_id: OrganizationId) -> models.Organization | None: ...

    async def by_slug(self, slug: str) -> models.Organization | None:
        """Return an organization by its slug: for operators."""

    async def update(self, organization: models.Organization) -> models.Organization:
        """Write name and slug, and return the next version.

        Raise SlugTaken, or VersionMismatch if somebody wrote since this version was read.
        """

    async def lock(self, organization_id: OrganizationId) -> None:
        """Let no other transaction change its members until this one ends."""

    async def of_user(
        self, user_id: UserId, **window: Unpack[Window]
    ) -> Found[models.OrganizationOfUser]: ...

    async def page(self, **window: Unpack[Window]) -> Found[models.Organization]:
        """Return all organizations, newest first: for operators."""


class Memberships(Protocol):
    async def add(self, membership: models.Membership) -> None:
        """Keep a new membership; raise AlreadyMember if there is one."""

    async def get(
        self, organization_id: OrganizationId, user_id: UserId
    ) -> models.Membership | None: ...

    async def by_email(
        self, organization_id: OrganizationId, email: str
    ) -> models.Membership | None: ...

    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[models.Member]: ...

    async def set_role(
        self, organization_id: OrganizationId, user_id: UserId, role: str
    ) -> None: ...

    async def remove(self, organization_id: OrganizationId, user_id: UserId) -> None: ...

    async def owners(
        self, organization_id: OrganizationId, *, besides: UserId | None = None
    ) -> int:
        """Count the owners whose accounts are active, `besides` one of them."""


class Roles(Protocol):
    """Roles that organizations made; the built-in ones are in the code."""

    async def add(self, role: models.Role) -> None:
        """Keep a new role; raise RoleKeyTaken if the organization has one with the key."""

    async def get(self, organization_id: OrganizationId, key: str) -> models.Role | None: ...

    async def all(self, organization_id: OrganizationId) -> list[models.Role]:
        """Return the organization's own roles, by key."""

    async def update(self, role: models.Role) -> models.Role:
        """Write name and permissions, and return the next version; raise VersionMismatch."""

    async def remove(self, organization_id: OrganizationId, key: str) -> None: ...

    async def in_use(self, organization_id: OrganizationId, key: str) -> bool:
        """Tell whether a member, a pending invitation, an API key that is not revoked or a
        single sign-on names it."""


class Invitations(Protocol):
    async def add(self, invitation: models.Invitation) -> None:
        """Keep a new invitation; raise AlreadyInvited if one is pending for the address.

        One that is pending but has run out gives way.
        """

    async def get(
        self, organization_id: OrganizationId, invitation_id: models.InvitationId
    ) -> models.Invitation | None: ...

    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[models.Invitation]: ...

    async def settle(
        self,
        organization_id: OrganizationId,
        invitation_id: models.InvitationId,
        status: models.InvitationStatus,
        now: datetime,
    ) -> models.Invitation:
        """Answer or revoke it, once; raise InvitationNotPending if that is too late."""

    async def extend(
        self,
        organization_id: OrganizationId,
        invitation_id: models.InvitationId,
        expires_at: datetime,
    ) -> models.Invitation:
        """Give a pending one more time; raise InvitationNotPending if it is answered."""

    async def for_email(self, email: str, now: datetime) -> list[models.InvitationOfUser]:
        """Return what is open for an address, in whatever organization."""


class Seats(Protocol):
    async def room(self, organization_id: OrganizationId, *, invited: bool) -> int | None:
        """Return how many more may join, the `invited` counted as there; None: all who like."""


class SigningKeys(Protocol):
    async def all(self) -> list[models.SigningKey]: ...

    async def add(self, key: models.SigningKey) -> bool:
        """Keep a key; False if there is a current, or a next, one already."""

    async def promote(self, now: datetime, *, forget_retired_before: datetime) -> None:
        """Make next current and current previous; forget previous ones retired long enough.

        Raise RotationTooEarly if somebody else does so at this moment.
        """


class PasswordHasher(Protocol):
    async def hash(self, password: SecretStr) -> str:
        """Return the hash; raise Overloaded when too many are waiting."""

    async def verify(self, password: SecretStr, password_hash: str | None) -> bool:
        """Tell whether they match, as slowly for no hash as for a wrong one."""

    def outdated(self, password_hash: str) -> bool:
        """Tell whether it was made with other parameters than today's."""


class CommonPasswords(Protocol):
    def contains(self, password: str) -> bool:
        """Tell whether it is among those that everybody tries first, whatever its case."""


class AccessTokens(Protocol):
    """Access tokens as RFC 9068 describes them: JWT, ES256, `at+jwt`."""

    async def issue(self, claims: models.AccessClaims) -> str: ...

    async def verify(self, token: str) -> models.AccessClaims:
        """Return what it says; raise TokenInvalid or TokenExpired."""

    async def jwks(self) -> dict[str, Any]:
        """Return the public keys, as RFC 7517 writes them."""


class KeyMaker(Protocol):
    def make(self, now: datetime, state: models.SigningKeyState) -> models.SigningKey:
        """Return a fresh ES256 key."""
