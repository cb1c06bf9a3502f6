"""What every adapter of single sign-on's port must do. Bound in tests/unit and tests/integration.

A binding has a fixture `idp`: a provider where whoever is named signs in.
"""

from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from core.accounts.sso import models, ports
from core.accounts.sso.exceptions import IdpError, IdTokenRefused


class Idp(Protocol):
    """A provider, and a browser that is signed in there."""

    issuer: str

    def client(self) -> models.Provider:
        """Return the provider as its client sees it."""

    def sign_in(self, url: str, subject: str = "ada", **claims: Any) -> models.Answer:
        """Follow an authorization URL; return what the provider sends the browser back with."""


def request(**fields: Any) -> models.Request:
    defaults = {
        "redirect_uri": "http://127.0.0.1:8000/v1/auth/sso/connection/callback",
        "state": "a state",
        "nonce": "a nonce",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",  # RFC 7636 appendix B
    }
    return models.Request.model_validate(defaults | fields)


def nowhere(idp: Idp) -> models.Provider:
    """Return a provider that is not there."""
    return idp.client().evolve(issuer=f"{idp.issuer}/nowhere")


class OidcClientContract:
    async def test_asks_for_a_code_with_pkce_state_and_nonce(
        self, oidc: ports.OidcClient, idp: Idp
    ) -> None:
        url = await oidc.authorization_url(idp.client(), request())

        asked = parse_qs(urlsplit(url).query)
        assert url.startswith(f"{idp.issuer}/authorize?")
        assert asked == {
            "response_type": ["code"],
            "client_id": [idp.client().client_id],
            "redirect_uri": [request().redirect_uri],
            "scope": ["openid email profile"],
            "state": ["a state"],
            "nonce": ["a nonce"],
            "code_challenge": ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
            "code_challenge_method": ["S256"],
        }

    async def test_says_who_signed_in(self, oidc: ports.OidcClient, idp: Idp) -> None:
        url = await oidc.authorization_url(idp.client(), request())
        answer = idp.sign_in(
            url, "ada", email="ada@example.com", email_verified=True, name="Ada Lovelace"
        )

        assert await oidc.assertion(idp.client(), request(), answer) == models.Assertion(
            issuer=idp.issuer,
            subject="ada",
            email="ada@example.com",
            email_verified=True,
            name="Ada Lovelace",
        )

    async def test_needs_nothing_but_a_subject(self, oidc: ports.OidcClient, idp: Idp) -> None:
        answer = idp.sign_in(await oidc.authorization_url(idp.client(), request()), "bob")

        said = await oidc.assertion(idp.client(), request(), answer)

        assert said == models.Assertion(issuer=idp.issuer, subject="bob")

    @pytest.mark.parametrize("said", ["true", 1, "yes", False, None])
    async def test_an_address_is_verified_if_a_boolean_says_so(
        self, oidc: ports.OidcClient, idp: Idp, said: object
    ) -> None:
        url = await oidc.authorization_url(idp.client(), request())
        answer = idp.sign_in(url, email="ada@example.com", email_verified=said)

        assertion = await oidc.assertion(idp.client(), request(), answer)

        assert (assertion.email, assertion.email_verified) == ("ada@example.com", False)

    async def test_another_claim_may_hold_the_address_and_nobody_verified_that_one(
        self, oidc: ports.OidcClient, idp: Idp
    ) -> None:
        provider = idp.client().evolve(email_claim="preferred_username")
        url = await oidc.authorization_url(provider, request())
        claims: dict[str, Any] = {"email": "other@example.com", "email_verified": True}
        answer = idp.sign_in(url, preferred_username="ada@example.com", **claims)

        assertion = await oidc.assertion(provider, request(), answer)

        assert (assertion.email, assertion.email_verified) == ("ada@example.com", False)

    async def test_a_code_works_once(self, oidc: ports.OidcClient, idp: Idp) -> None:
        answer = idp.sign_in(await oidc.authorization_url(idp.client(), request()))
        await oidc.assertion(idp.client(), request(), answer)

        with pytest.raises(IdpError):
            await oidc.assertion(idp.client(), request(), answer)

    async def test_a_code_works_for_the_browser_that_asked_alone(
        self, oidc: ports.OidcClient, idp: Idp
    ) -> None:
        answer = idp.sign_in(await oidc.authorization_url(idp.client(), request()))

        with pytest.raises(IdpError):
            await oidc.assertion(idp.client(), request(code_verifier="w" * 43), answer)

    @pytest.mark.parametrize(
        ("asked", "answered"),
        [
            ({}, {"state": "another state"}),
            ({}, {"state": "ä"}),
            ({}, {"state": ""}),
            ({"nonce": "another nonce"}, {}),
            ({}, {"iss": "https://other.example.com"}),
            ({}, {"iss": ""}),
            ({}, {"iss": None}),
        ],
    )
    async def test_an_answer_to_something_else_is_refused(
        self,
        oidc: ports.OidcClient,
        idp: Idp,
        asked: dict[str, Any],
        answered: dict[str, Any],
    ) -> None:
        answer = idp.sign_in(await oidc.authorization_url(idp.client(), request()))

        with pytest.raises(IdTokenRefused):
            await oidc.assertion(idp.client(), request(**asked), answer.evolve(**answered))

    @pytest.mark.parametrize(
        "claims", [{"nonce": "another"}, {"iss": "https://other.example.com"}, {"aud": "another"}]
    )
    async def test_a_token_about_something_else_is_refused(
        self, oidc: ports.OidcClient, idp: Idp, claims: dict[str, Any]
    ) -> None:
        url = await oidc.authorization_url(idp.client(), request())
        answer = idp.sign_in(url, **claims)

        with pytest.raises(IdTokenRefused):
            await oidc.assertion(idp.client(), request(), answer)

    async def test_a_code_that_nobody_gave_is_refused(
        self, oidc: ports.OidcClient, idp: Idp
    ) -> None:
        answer = idp.sign_in(await oidc.authorization_url(idp.client(), request()))

        with pytest.raises(IdpError):
            await oidc.assertion(idp.client(), request(), answer.evolve(code=SecretStr("made-up")))

    async def test_examines_a_provider(self, oidc: ports.OidcClient, idp: Idp) -> None:
        await oidc.examine(idp.client())

        with pytest.raises(IdpError):
            await oidc.examine(nowhere(idp))

    async def test_a_provider_that_is_not_there_is_said_to_be_the_trouble(
        self, oidc: ports.OidcClient, idp: Idp
    ) -> None:
        with pytest.raises(IdpError):
            await oidc.authorization_url(nowhere(idp), request())
