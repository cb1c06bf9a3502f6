from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

from pydantic import Field, SecretStr

from core.accounts.models import ConnectionId
from core.models import Model, OrganizationId, UserId

DomainId = NewType("DomainId", UUID)
IdentityId = NewType("IdentityId", UUID)
TransactionId = NewType("TransactionId", UUID)

type ClientAuthentication = Literal["client_secret_basic", "client_secret_post", "private_key_jwt"]


class Provider(Model):
    """An OpenID provider as its client sees it.

    `client_secret` is a PEM private key where the client authenticates by `private_key_jwt`.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr
    client_authentication: ClientAuthentication = "client_secret_basic"
    scopes: str = "openid email profile"
    email_claim: str = "email"


class Request(Model):
    """What one sign-in was begun with; `state` goes out and comes back, the rest never leaves."""

    redirect_uri: str
    state: str
    nonce: SecretStr
    code_verifier: SecretStr


class Pending(Model):
    """What a sign-in on its way keeps to itself, encrypted where it is stored."""

    nonce: str
    code_verifier: str


class Answer(Model):
    """What the provider sent the browser back with (RFC 6749 4.1.2, RFC 9207)."""

    code: SecretStr
    state: str
    iss: str | None = None


class Assertion(Model):
    """What a provider states about somebody, checked: OpenID Connect Core 3.1.3.7.

    `email_verified` only if the provider says so as a boolean.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    authenticated_at: datetime | None = None


class Connection(Model):
    """An OpenID provider that may vouch for people: the installation's, or one organization's.

    `trusts_email`: what it says of an address is believed; only the installation's can be. An
    organization's is believed for the domains that the organization proved to own, and for no
    other. `jit_enabled`: who comes for the first time becomes a user and, with `default_role`, a
    member.
    """

    id: ConnectionId
    organization_id: OrganizationId | None
    name: str
    issuer: str
    client_id: str
    client_secret_box: bytes = Field(repr=False)
    client_authentication: ClientAuthentication
    scopes: str
    email_claim: str
    trusts_email: bool
    jit_enabled: bool
    default_role: str
    enabled: bool
    created_at: datetime
    updated_at: datetime
    version: int = 1


class Domain(Model):
    """A mail domain of an organization; proven by a TXT record that holds `txt_value`."""

    id: DomainId
    organization_id: OrganizationId
    domain: str
    txt_value: str
    created_at: datetime
    verified_at: datetime | None = None

    @property
    def txt_name(self) -> str:
        return f"_core-api-challenge.{self.domain}"


class Identity(Model):
    """Who somebody is at a provider: found by issuer and subject, never by address."""

    id: IdentityId
    user_id: UserId
    connection_id: ConnectionId
    issuer: str
    subject: str
    email_at_link: str | None = None
    created_at: datetime


class Transaction(Model):
    """One sign-in on its way: begun in one browser, answered once, exchanged once.

    `secrets_box` holds nonce and code verifier, `assertion_box` what the provider stated.
    """

    id: TransactionId
    connection_id: ConnectionId
    browser_hash: bytes
    secrets_box: bytes = Field(repr=False)
    return_to: str
    code_challenge: str
    assertion_box: bytes | None = Field(default=None, repr=False)
    created_at: datetime
    expires_at: datetime


class Choice(Model):
    """A way to sign in, as a sign-in page offers it."""

    id: ConnectionId
    name: str
