import re
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Annotated, Literal, NewType
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from core.models import Model, UserId

PasskeyId = NewType("PasskeyId", UUID)

LONGEST = 16_384
"""Characters of one field that a browser sends: several times what the largest key takes."""

_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


def _decoded(text: object) -> bytes:
    """Read base64url without padding (RFC 4648 5), and nothing that merely resembles it."""
    if isinstance(text, str) and len(text) <= LONGEST and _ALPHABET.fullmatch(text):
        try:
            return urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            pass
    raise PydanticCustomError("base64url", "Write it as base64url, without padding.")


type Base64Url = Annotated[
    bytes,
    BeforeValidator(_decoded),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_ALPHABET.pattern}$", "maxLength": LONGEST},
        mode="validation",
    ),
]


class CredentialRecord(Model):
    """What a relying party keeps of a credential (WebAuthn 4): nothing of it is secret."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...] = ()
    backed_up: bool


class Passkey(CredentialRecord):
    """A credential and whose it is. `backed_up`: it outlives the device it was made on."""

    id: PasskeyId
    user_id: UserId
    name: str
    created_at: datetime
    last_used_at: datetime | None = None


class Use(Model):
    """What an authenticator states when it signs."""

    sign_count: int
    backed_up: bool


# --- What a browser sends: `credential.toJSON()` (WebAuthn 5.1) -----------------------------------


class FromBrowser(Model):
    """Browsers say more than is needed, and more with each of their versions."""

    model_config = ConfigDict(extra="ignore")


class AttestationResponse(FromBrowser):
    client_data: Base64Url = Field(alias="clientDataJSON")
    attestation_object: Base64Url = Field(alias="attestationObject")
    transports: tuple[Annotated[str, Field(max_length=32)], ...] = Field(default=(), max_length=16)


class RegistrationResponse(FromBrowser):
    """What `navigator.credentials.create()` made."""

    credential_id: Base64Url = Field(alias="id")
    type: Literal["public-key"]
    response: AttestationResponse


class AssertionResponse(FromBrowser):
    client_data: Base64Url = Field(alias="clientDataJSON")
    authenticator_data: Base64Url = Field(alias="authenticatorData")
    signature: Base64Url
    user_handle: Base64Url | None = Field(default=None, alias="userHandle")


class AuthenticationResponse(FromBrowser):
    """What `navigator.credentials.get()` signed."""

    credential_id: Base64Url = Field(alias="id")
    type: Literal["public-key"]
    response: AssertionResponse
