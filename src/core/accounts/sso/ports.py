from datetime import datetime
from typing import Protocol

from core.accounts.models import ConnectionId
from core.accounts.sso import models
from core.models import OrganizationId, UserId


class OidcClient(Protocol):
    """OpenID Connect's code flow, as a relying party: with PKCE, state, nonce and issuer check."""

    async def examine(self, provider: models.Provider) -> None:
        """See whether it can be used: discovery fits the issuer, its keys can be read.

        Raise IdpError with what is wrong.
        """

    async def authorization_url(self, provider: models.Provider, request: models.Request) -> str:
        """Return where to send the browser; raise IdpError if discovery fails."""

    async def assertion(
        self, provider: models.Provider, request: models.Request, answer: models.Answer
    ) -> models.Assertion:
        """Trade the code for an ID token, and return what it states.

        Raise IdpError if the provider fails or speaks something else, IdTokenRefused for a token
        that does not hold: signature, algorithm, iss, aud, azp, nonce, times, at_hash.
        """


class TextRecords(Protocol):
    async def of(self, name: str) -> list[str]:
        """Return a name's TXT records; none if there is no such name.

        Raise Unavailable if nobody answers.
        """


class SsoConnections(Protocol):
    """Those of an organization, or, where it is None, of the installation."""

    async def add(self, connection: models.Connection) -> None: ...

    async def find(self, connection_id: ConnectionId) -> models.Connection | None:
        """Return a connection, whosever it is: to sign in by it."""

    async def all(self, organization_id: OrganizationId | None) -> list[models.Connection]:
        """Return them, newest first."""

    async def update(self, connection: models.Connection) -> models.Connection:
        """Write everything but issuer and owner, and return the next version.

        Raise VersionMismatch if somebody wrote since this version was read.
        """

    async def remove(
        self, organization_id: OrganizationId | None, connection_id: ConnectionId
    ) -> None:
        """Remove it, with the sessions and links made through it."""

    async def for_domain(self, domain: str) -> list[models.Choice]:
        """Return the enabled ones of whoever has proven the domain, then the installation's."""


class OrganizationDomains(Protocol):
    async def add(self, domain: models.Domain) -> None:
        """Keep it, unproven; raise DomainTaken if the organization has it already."""

    async def get(
        self, organization_id: OrganizationId, domain_id: models.DomainId
    ) -> models.Domain | None: ...

    async def all(self, organization_id: OrganizationId) -> list[models.Domain]:
        """Return them, newest first."""

    async def prove(
        self, organization_id: OrganizationId, domain_id: models.DomainId, at: datetime
    ) -> None:
        """Note that it is theirs; raise DomainTaken if another organization proved it before."""

    async def remove(self, organization_id: OrganizationId, domain_id: models.DomainId) -> None: ...

    async def proven(self, organization_id: OrganizationId, domain: str) -> bool:
        """Tell whether this organization has proven the domain."""

    async def password_allowed(self, domain: str) -> bool:
        """Tell whether nobody who has proven the domain enforces single sign-on."""


class Identities(Protocol):
    async def add(self, identity: models.Identity) -> None:
        """Keep it; raise IdentityTaken if it is linked already."""

    async def find(
        self, connection_id: ConnectionId, assertion: models.Assertion
    ) -> models.Identity | None: ...

    async def of_user(self, user_id: UserId) -> list[models.Identity]:
        """Return them, newest first."""

    async def remove(self, user_id: UserId, identity_id: models.IdentityId) -> bool:
        """Remove it, with the sessions made through it; tell whether it was there."""


class SsoTransactions(Protocol):
    async def add(self, transaction: models.Transaction) -> None: ...

    async def take(
        self, transaction_id: models.TransactionId, browser_hash: bytes, now: datetime
    ) -> models.Transaction | None:
        """Use up the one answer it may get; None unless it is live and of this browser."""

    async def keep(
        self, transaction_id: models.TransactionId, assertion_box: bytes, until: datetime
    ) -> None:
        """Keep what the provider stated, to be exchanged until then."""

    async def redeem(
        self, transaction_id: models.TransactionId, now: datetime
    ) -> models.Transaction | None:
        """Use up its one exchange; None unless something is there to exchange."""
