from typing import Protocol

from core.accounts.sso import models


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
