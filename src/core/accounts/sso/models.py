from datetime import datetime
from typing import Literal

from pydantic import SecretStr

from core.models import Model

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
