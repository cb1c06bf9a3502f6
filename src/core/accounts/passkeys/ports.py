from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, Unpack

from core.accounts.models import User
from core.accounts.passkeys import models
from core.listing import Found, Window
from core.models import UserId


class Passkeys(Protocol):
    async def add(self, passkey: models.Passkey) -> None:
        """Keep a new passkey; raise PasskeyRefused if anybody has its credential already."""

    async def by_credential(self, credential_id: bytes) -> models.Passkey | None: ...

    async def page(self, user_id: UserId, **window: Unpack[Window]) -> Found[models.Passkey]:
        """Return somebody's passkeys, the newest first."""

    async def use(self, passkey_id: models.PasskeyId, use: models.Use, at: datetime) -> None:
        """Note a use; raise PasskeyRefused if its count is not above the last one.

        Of two at once with the same count one is refused. Authenticators that do not count stay at
        zero, and these alone may (WebAuthn 6.1.1).
        """

    async def rename(
        self, user_id: UserId, passkey_id: models.PasskeyId, name: str
    ) -> models.Passkey:
        """Return it with its new name; raise PasskeyNotFound if it is not theirs."""

    async def remove(self, user_id: UserId, passkey_id: models.PasskeyId) -> models.Passkey:
        """Forget it and return it; raise PasskeyNotFound if it is not theirs."""


class WebAuthn(Protocol):
    """WebAuthn Level 3 as a relying party: resident keys, user verification, no attestation.

    What is answered goes through every check of the standard: challenge, origin, relying party,
    type, presence and verification of the user, algorithm, signature. Whatever is wrong raises
    PasskeyRefused.
    """

    def creation_options(
        self, user: User, challenge: bytes, known: Sequence[models.Passkey]
    ) -> dict[str, Any]:
        """Return what `PublicKeyCredential.parseCreationOptionsFromJSON()` takes.

        The user handle is the bytes of the user's id; authenticators that hold one of the `known`
        passkeys make no second.
        """

    def request_options(self, challenge: bytes) -> dict[str, Any]:
        """Return what `PublicKeyCredential.parseRequestOptionsFromJSON()` takes.

        It names no credential: the authenticator finds one, and so nobody says who they are.
        """

    def registered(
        self, registration: models.RegistrationResponse, challenge: bytes
    ) -> models.CredentialRecord:
        """Return what a new credential is known by from now on."""

    def asserted(
        self, assertion: models.AuthenticationResponse, challenge: bytes, passkey: models.Passkey
    ) -> models.Use:
        """Return what was signed by this very passkey, for its owner and for nobody else."""
