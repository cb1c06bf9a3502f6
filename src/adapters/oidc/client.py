import logging
from typing import Any, override

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from adapters.oidc import id_tokens
from adapters.oidc.asking import answer_of, document_at, json_object, short
from adapters.oidc.authentication import private_key, token_request
from adapters.oidc.directory import Directory, Metadata
from adapters.oidc.keys import ALGORITHMS, fits, key_of
from core.accounts.sso import models, ports
from core.accounts.sso.exceptions import IdpError, IdTokenRefused
from core.ports import Clock

_logger = logging.getLogger(__name__)


class OidcClient(ports.OidcClient):
    """Speaks with providers over a transport that guards where it goes.

    `loopback` admits providers on this machine, over http: for development and tests.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, clock: Clock, *, loopback: bool = False
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._directory = Directory(transport, clock, loopback=loopback)

    @override
    async def examine(self, provider: models.Provider) -> None:
        known = self._directory.forgotten(provider.issuer)
        metadata, keys = await known.metadata.get(), await known.keys.get()
        if not any(fits(key, algorithm) for key in keys for algorithm in ALGORITHMS):
            raise IdpError(f"{metadata.jwks_uri} has no key for any of {', '.join(ALGORITHMS)}.")
        signs_by = metadata.id_token_signing_alg_values_supported
        if signs_by is not None and not ALGORITHMS.keys() & set(signs_by):
            raise IdpError(f"The provider signs ID tokens by none of {', '.join(ALGORITHMS)}.")
        if provider.client_authentication == "private_key_jwt":
            private_key(provider.client_secret.get_secret_value())

    @override
    async def authorization_url(self, provider: models.Provider, request: models.Request) -> str:
        metadata = await self._directory.of(provider.issuer).metadata.get()
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                client_id=provider.client_id,
                response_type="code",
                redirect_uri=request.redirect_uri,
                scope=provider.scopes,
                state=request.state,
                nonce=request.nonce.get_secret_value(),
                code_challenge=create_s256_code_challenge(request.code_verifier.get_secret_value()),
                code_challenge_method="S256",
            )
        )

    @override
    async def assertion(
        self, provider: models.Provider, request: models.Request, answer: models.Answer
    ) -> models.Assertion:
        known, now = self._directory.of(provider.issuer), self._clock.now()
        metadata = await known.metadata.get()
        _check_answer(metadata, request, answer)
        tokens = await self._exchange(provider, request, answer, metadata.token_endpoint)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise IdpError(f"{metadata.token_endpoint} answers without an ID token.")
        key = await key_of(id_token, known.keys)
        claims = id_tokens.opened(id_token, key)
        id_tokens.check(claims, provider, request, now)
        bearer = access_token if isinstance(access_token, str) else None
        id_tokens.check_access_token(claims, bearer, key)
        said = claims
        if id_tokens.text(claims.get(provider.email_claim)) is None and bearer:
            said = await self._userinfo(metadata, bearer, claims["sub"]) or claims
        return models.Assertion(
            issuer=provider.issuer,
            subject=claims["sub"],
            email=id_tokens.text(said.get(provider.email_claim)),
            # It speaks of the claim `email` alone, and a string "true" is no statement.
            email_verified=provider.email_claim == "email" and said.get("email_verified") is True,
            name=id_tokens.text(said.get("name")) or id_tokens.text(claims.get("name")),
            authenticated_at=id_tokens.moment(claims.get("auth_time"), now),
        )

    async def _exchange(
        self,
        provider: models.Provider,
        request: models.Request,
        answer: models.Answer,
        token_endpoint: str,
    ) -> dict[str, Any]:
        asked = token_request(provider, request, answer, token_endpoint, self._clock.now())
        given = await answer_of(self._transport, asked)
        tokens = json_object(given) or {}
        if given.is_success and "error" not in tokens:
            return tokens
        ours = (provider.client_secret, answer.code, request.code_verifier)
        secrets = [secret.get_secret_value() for secret in ours]
        parts = [str(given.status_code), tokens.get("error"), tokens.get("error_description")]
        said = ": ".join(short(part, *secrets) for part in parts if part)
        raise IdpError(f"{token_endpoint} answers {said}.")

    async def _userinfo(self, metadata: Metadata, bearer: str, subject: str) -> dict[str, Any]:
        """Ask for what an ID token leaves out; whoever is known already signs in without it."""
        if metadata.userinfo_endpoint is None or not (bearer.isascii() and bearer.isprintable()):
            return {}
        try:
            claims: dict[str, Any] = await document_at(
                self._transport, metadata.userinfo_endpoint, authorization=f"Bearer {bearer}"
            )
        except IdpError as error:
            _logger.warning("Signing in without what userinfo says: %s", error)
            return {}
        if claims.get("sub") != subject:  # OpenID Connect Core 5.3.4
            raise IdTokenRefused("The provider's userinfo is about somebody else (sub).")
        return claims


def _check_answer(metadata: Metadata, request: models.Request, answer: models.Answer) -> None:
    """Send nobody's code to a provider it did not come from (RFC 6749 10.12, RFC 9207 2.4)."""
    if not id_tokens.same(answer.state, request.state):
        raise IdTokenRefused("The answer belongs to another sign-in (state).")
    if answer.iss is None and metadata.authorization_response_iss_parameter_supported:
        raise IdTokenRefused("The provider's answer does not say whose it is (iss).")
    if answer.iss is not None and answer.iss != metadata.issuer:
        raise IdTokenRefused("The answer is another provider's (iss).")
