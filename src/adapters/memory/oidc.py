from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from itertools import count
from typing import Any, override
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import SecretStr

from core.accounts.sso import models, ports
from core.accounts.sso.exceptions import IdpError, IdTokenRefused
from core.exceptions import Unavailable


@dataclass
class ScriptedProvider:
    """A provider as a test wants it. Change a field, and it is like that from then on.

    `up`: whether it answers. `announces_iss`: whether it sends `iss` along (RFC 9207).
    `secrets`: what its clients must prove, by client id; a client that is not in it need not.
    """

    issuer: str
    up: bool = True
    announces_iss: bool = True
    secrets: dict[str, str] = field(default_factory=dict)


class OidcClient(ports.OidcClient):
    """OpenID Connect without a socket: scripted providers, and people who sign in there.

    A test plays the browser and the person at the provider. It asks for the authorization URL as a
    use case would, signs somebody in there, and hands what comes back to the next use case:

        oidc = container.oidc_client()
        provider = oidc.open("https://idp.example.com")
        url = await oidc.authorization_url(connection, request)
        answer = oidc.sign_in(url, "ada", email="ada@example.com", email_verified=True)
        said = await oidc.assertion(connection, request, answer)

    `sign_in` returns the query that the browser brings back: code, state and iss. What else it is
    given is what the ID token says: `email`, `email_verified`, `name`, `preferred_username`,
    `auth_time`... and `nonce`, `iss` or `aud` for a token that does not hold. Each client is known
    to each provider. A code works once, for the client, redirect URI, state, nonce and code
    verifier that it was asked for with; whatever differs is refused as the real adapter refuses it.

    `open(...).up = False` makes a provider unreachable; one that was never opened is as well.
    """

    def __init__(self) -> None:
        self.providers: dict[str, ScriptedProvider] = {}
        self._granted: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self._numbers = count(1)

    def open(self, issuer: str) -> ScriptedProvider:
        """Let there be a provider; return it."""
        return self.providers.setdefault(issuer, ScriptedProvider(issuer))

    def sign_in(self, url: str, subject: str = "ada", **claims: Any) -> models.Answer:
        """Follow an authorization URL and sign in; return what the browser comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        provider = self.providers[url.partition("/authorize?")[0]]
        code = f"code-{next(self._numbers)}"
        stated = {"iss": provider.issuer, "aud": asked["client_id"], "nonce": asked["nonce"]}
        self._granted[code] = asked, stated | {"sub": subject} | claims
        iss = provider.issuer if provider.announces_iss else None
        return models.Answer(code=SecretStr(code), state=asked["state"], iss=iss)

    @override
    async def examine(self, provider: models.Provider) -> None:
        self._reached(provider)

    @override
    async def authorization_url(self, provider: models.Provider, request: models.Request) -> str:
        self._reached(provider)
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": request.redirect_uri,
            "scope": provider.scopes,
            "state": request.state,
            "nonce": request.nonce.get_secret_value(),
            "code_challenge": _challenge(request.code_verifier),
            "code_challenge_method": "S256",
        }
        return f"{provider.issuer}/authorize?{urlencode(query)}"

    @override
    async def assertion(
        self, provider: models.Provider, request: models.Request, answer: models.Answer
    ) -> models.Assertion:
        claims = self._claims(self._reached(provider), provider, request, answer)
        subject, email, name = claims["sub"], claims.get(provider.email_claim), claims.get("name")
        return models.Assertion(
            issuer=provider.issuer,
            subject=subject,
            email=email,
            email_verified=provider.email_claim == "email" and claims.get("email_verified") is True,
            name=name,
            authenticated_at=claims.get("auth_time"),
        )

    def _reached(self, provider: models.Provider) -> ScriptedProvider:
        found = self.providers.get(provider.issuer)
        if found is None or not found.up:
            raise IdpError(f"{provider.issuer} can't be reached.")
        return found

    def _claims(
        self,
        scripted: ScriptedProvider,
        provider: models.Provider,
        request: models.Request,
        answer: models.Answer,
    ) -> dict[str, Any]:
        if not compare_digest(answer.state.encode(), request.state.encode()):
            raise IdTokenRefused("The answer belongs to another sign-in (state).")
        if answer.iss != (scripted.issuer if scripted.announces_iss else None):
            raise IdTokenRefused("The answer is another provider's (iss).")
        secret = scripted.secrets.get(provider.client_id)
        if secret not in {None, provider.client_secret.get_secret_value()}:
            raise IdpError("The provider answers 401: invalid_client.")
        asked, claims = self._granted.pop(answer.code.get_secret_value(), ({}, {}))
        if (asked.get("client_id"), asked.get("redirect_uri"), asked.get("code_challenge")) != (
            provider.client_id,
            request.redirect_uri,
            _challenge(request.code_verifier),
        ):
            raise IdpError("The provider answers 400: invalid_grant.")
        expected = (provider.issuer, provider.client_id, request.nonce.get_secret_value())
        if (claims["iss"], claims["aud"], claims["nonce"]) != expected:
            raise IdTokenRefused("The ID token belongs to another sign-in.")
        return claims


def _challenge(code_verifier: SecretStr) -> str:
    digest = sha256(code_verifier.get_secret_value().encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


class TextRecords(ports.TextRecords):
    """What `records` holds, by name; while it is not `up`, nobody answers."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.up = True

    @override
    async def of(self, name: str) -> list[str]:
        if not self.up:
            raise Unavailable("No name server answers: try again later.")
        return list(self.records.get(name.lower().removesuffix("."), []))
