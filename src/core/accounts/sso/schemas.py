"""What may be asked of single sign-on, and how it answers."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic.networks import validate_email

from core.accounts.fields import Email, LongSecret, RoleKey, Token
from core.accounts.models import ConnectionId
from core.accounts.sso import models
from core.listing import Lists, WholeList
from core.models import Line, Model, OrganizationId, Patch

type Url = Annotated[
    str, StringConstraints(pattern=r"^https?://[\x21\x22\x24-\x7e]+$", max_length=2000)
]
type Issuer = Annotated[
    str, StringConstraints(pattern=r"^https?://[\x21\x22\x24-\x3e\x40-\x7e]+$", max_length=500)
]
type ClientId = Annotated[str, Field(pattern=r"^[\x20-\x7e]{1,500}$")]
type Claim = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,100}$")]
type Challenge = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
type Verifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]


def _domain(text: str) -> str:
    """Write a domain as it stands in addresses."""
    return validate_email(f"somebody@{text}")[1].partition("@")[2].lower()


type MailDomain = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=253, pattern=r"^[^@\s]+$"),
    AfterValidator(_domain),
]


def _with_openid(scopes: str) -> str:
    return scopes if "openid" in scopes.split() else f"openid {scopes}"


type Scopes = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e ]+$", max_length=500),
    AfterValidator(_with_openid),
]

# --- Signing in -----------------------------------------------------------------------------------


class DiscoverSso(Model):
    email: Email


class SsoChoices(Model):
    """How somebody of a mail domain may sign in; says nothing about any account."""

    connections: list[models.Choice]
    password_allowed: bool


class StartSso(Model):
    """`code_challenge`: RFC 7636, S256. `browser`: the secret of the browser's cookie."""

    connection_id: ConnectionId
    return_to: Url
    code_challenge: Challenge
    browser: SecretStr


class AnswerSso(Model):
    """What the provider sent the browser back with, and the browser's cookie."""

    connection_id: ConnectionId
    state: str | None = None
    code: SecretStr | None = None
    iss: str | None = None
    error: str | None = None
    browser: SecretStr | None = None


class ExchangeSsoCode(Model):
    """`code`: what `return_to` was called with. `code_verifier`: what the challenge was made of."""

    code: Token
    code_verifier: Verifier
    device_label: Line | None = None


class IdentityReference(Model):
    identity_id: models.IdentityId


# --- Connections ----------------------------------------------------------------------------------


class CreateConnection(Model):
    """`client_secret` is a PEM private key for `private_key_jwt`.

    `trusts_email` is for connections of the installation alone.
    """

    name: Line
    issuer: Issuer
    client_id: ClientId
    client_secret: LongSecret
    client_authentication: models.ClientAuthentication = "client_secret_basic"
    scopes: Scopes = "openid email profile"
    email_claim: Claim = "email"
    trusts_email: bool = False
    jit_enabled: bool = True
    default_role: RoleKey = "member"


class ConnectionChanges(Patch):
    name: Line | None = None
    client_id: ClientId | None = None
    client_secret: LongSecret | None = None
    client_authentication: models.ClientAuthentication | None = None
    scopes: Scopes | None = None
    email_claim: Claim | None = None
    trusts_email: bool | None = None
    jit_enabled: bool | None = None
    default_role: RoleKey | None = None
    enabled: bool | None = None


class UpdateConnection(Model):
    connection_id: ConnectionId
    changes: ConnectionChanges
    expected_version: int | None = None


class ConnectionReference(Model):
    connection_id: ConnectionId


class ConnectionView(Model):
    """A connection without its secret; `redirect_uri` is what its provider must know."""

    id: ConnectionId
    organization_id: OrganizationId | None
    name: str
    issuer: str
    client_id: str
    client_authentication: models.ClientAuthentication
    scopes: str
    email_claim: str
    trusts_email: bool
    jit_enabled: bool
    default_role: str
    enabled: bool
    redirect_uri: str
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, connection: models.Connection, redirect_uri: str) -> Self:
        return cls(
            **connection.model_dump(exclude={"client_secret_box"}), redirect_uri=redirect_uri
        )


class ListConnections(WholeList):
    lists = Lists(
        ConnectionView,
        "id name issuer client_id trusts_email jit_enabled default_role enabled created_at"
        " updated_at version",
        "name issuer enabled created_at updated_at",
    )


class SetSsoEnforcement(Model):
    enforced: bool


# --- Domains --------------------------------------------------------------------------------------


class AddDomain(Model):
    domain: MailDomain


class DomainReference(Model):
    domain_id: models.DomainId


class DomainView(Model):
    """To prove that the domain is yours, publish a TXT record `txt_name` that holds `txt_value`."""

    id: models.DomainId
    domain: str
    txt_name: str
    txt_value: str
    verified_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, domain: models.Domain) -> Self:
        return cls(**domain.model_dump(exclude={"organization_id"}), txt_name=domain.txt_name)


class ListDomains(WholeList):
    lists = Lists(DomainView, "id domain verified_at created_at", "domain verified_at created_at")


class IdentityView(Model):
    id: models.IdentityId
    connection_id: ConnectionId
    issuer: str
    subject: str
    email_at_link: str | None
    created_at: datetime

    @classmethod
    def of(cls, identity: models.Identity) -> Self:
        return cls(**identity.model_dump(exclude={"user_id"}))


class ListIdentities(WholeList):
    lists = Lists(
        IdentityView,
        "id connection_id issuer subject email_at_link created_at",
        "issuer created_at",
    )
