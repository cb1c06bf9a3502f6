"""A software authenticator and the browser around it (WebAuthn 6 and 5); told to, they lie."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Final, TypedDict, Unpack

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
ES256: Final = -7
ELSEWHERE: Final = "https://evil.example"


class Lies(TypedDict, total=False):
    """What is said in place of the truth."""

    origin: str
    rp_id: str
    challenge: bytes
    type: str
    cross_origin: bool
    flags: int
    sign_count: int
    id: bytes
    attested_id: bytes
    user_handle: bytes | None
    signature: bytes
    alg: int
    public_key: object
    attestation: tuple[str, object]


REGISTRATION_LIES: Final[dict[str, Lies]] = {
    "at another origin": {"origin": ELSEWHERE},
    "for another relying party": {"rp_id": "evil.example"},
    "with another challenge": {"challenge": bytes(32)},
    "as if signing in": {"type": "webauthn.get"},
    "inside another's page": {"cross_origin": True},
    "with nobody there": {"flags": VERIFIED | ATTESTED},
    "without verifying the person": {"flags": PRESENT | ATTESTED},
    "backed up, but never eligible": {"flags": PRESENT | VERIFIED | BACKED_UP | ATTESTED},
    "with no credential": {"flags": PRESENT | VERIFIED},
    "with another algorithm": {"alg": -65535},
    "with another id than was attested": {"id": b"another"},
    "with an id that is too long": {"attested_id": bytes(1024), "id": bytes(1024)},
    "with no id": {"attested_id": b"", "id": b"another"},
    "with a key that is no point": {"public_key": {1: 2, 3: ES256, -1: 1, -2: b"x", -3: b"y"}},
    "with a key that is a number": {"public_key": 4},
    "with a key that lacks parts": {"public_key": {1: 2, 3: ES256}},
    "with a statement where none belongs": {"attestation": ("none", {"sig": b"x"})},
    "with an attestation nobody knows": {"attestation": ("\x00 unheard of", {})},
    "with an attestation that breaks": {"attestation": ("tpm", {"ver": 2, "pubArea": b"?"})},
    "with a statement that is a number": {"attestation": ("packed", 7)},
}

ASSERTION_LIES: Final[dict[str, Lies]] = {
    "at another origin": {"origin": ELSEWHERE},
    "at an origin with strange letters": {"origin": "https://\x00\ud800evil.example"},
    "for another relying party": {"rp_id": "evil.example"},
    "with another challenge": {"challenge": bytes(32)},
    "as if registering": {"type": "webauthn.create"},
    "inside another's page": {"cross_origin": True},
    "with nobody there": {"flags": VERIFIED},
    "without verifying the person": {"flags": PRESENT},
    "with the same count again": {"sign_count": 1},
    "with a count of zero": {"sign_count": 0},
    "with another's handle": {"user_handle": bytes(16)},
    "with no handle": {"user_handle": None},
    "with another signature": {"signature": b"0\x06\x02\x01\x01\x02\x01\x01"},
    "with no signature to speak of": {"signature": b"?"},
    "with a credential nobody has": {"id": b"unknown"},
}


@dataclass
class Credential:
    """A key pair for one user at one relying party."""

    id: bytes
    key: EllipticCurvePrivateKey
    user_handle: bytes
    sign_count: int = 0

    def public_key(self, alg: int = ES256) -> dict[int, object]:
        """Return the public key as COSE writes it (RFC 9053 7.1.1)."""
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: alg, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}


class AlreadyHere(Exception):
    """The authenticator holds a credential that was to be excluded."""


class Authenticator:
    """Makes resident keys and signs with them, as `navigator.credentials` hands it on."""

    def __init__(self, origin: str, *, counts: bool = True, backed_up: bool = False) -> None:
        self.origin = origin
        self.counts = counts
        self.flags = PRESENT | VERIFIED | (ELIGIBLE | BACKED_UP if backed_up else 0)
        self.held: list[Credential] = []

    def create(self, options: dict[str, Any], **lies: Unpack[Lies]) -> dict[str, Any]:
        """Make a credential; return its `toJSON()`."""
        assert {"type": "public-key", "alg": ES256} in options["pubKeyCredParams"]
        excluded = {decoded(one["id"]) for one in options["excludeCredentials"]}
        if excluded & {one.id for one in self.held}:
            raise AlreadyHere
        made = Credential(
            lies.get("attested_id", token_bytes(32)),
            generate_private_key(SECP256R1()),
            decoded(options["user"]["id"]),
        )
        self.held.append(made)
        public_key = lies.get("public_key", made.public_key(lies.get("alg", ES256)))
        attested = bytes(16) + len(made.id).to_bytes(2) + made.id + cbor2.dumps(public_key)
        flags = lies.get("flags", self.flags | ATTESTED)
        stated = self._data(options["rp"]["id"], flags, made, lies)
        fmt, statement = lies.get("attestation", ("none", {}))
        attestation = {
            "fmt": fmt,
            "attStmt": statement,
            "authData": stated + (attested if flags & ATTESTED else b""),
        }
        return self._answer(
            lies.get("id", made.id),
            clientDataJSON=self._client_data("webauthn.create", options, lies),
            attestationObject=cbor2.dumps(attestation),
        )

    def get(self, options: dict[str, Any], **lies: Unpack[Lies]) -> dict[str, Any]:
        """Sign with the newest credential; return its `toJSON()`."""
        used = self.held[-1]
        used.sign_count += self.counts
        client_data = self._client_data("webauthn.get", options, lies)
        stated = self._data(options["rpId"], lies.get("flags", self.flags), used, lies)
        signature = used.key.sign(stated + sha256(client_data).digest(), ECDSA(SHA256()))
        return self._answer(
            lies.get("id", used.id),
            clientDataJSON=client_data,
            authenticatorData=stated,
            signature=lies.get("signature", signature),
            userHandle=lies.get("user_handle", used.user_handle),
        )

    def _client_data(self, ceremony: str, options: dict[str, Any], lies: Lies) -> bytes:
        challenge = lies.get("challenge", decoded(options["challenge"]))
        said = {
            "type": lies.get("type", ceremony),
            "challenge": encoded(challenge),
            "origin": lies.get("origin", self.origin),
            "crossOrigin": lies.get("cross_origin", False),
        }
        return json.dumps(said).encode()

    def _data(self, rp_id: str, flags: int, one: Credential, lies: Lies) -> bytes:
        """Return the authenticator data (WebAuthn 6.1)."""
        rp_id_hash = sha256(lies.get("rp_id", rp_id).encode()).digest()
        count = lies.get("sign_count", one.sign_count)
        return rp_id_hash + bytes([flags]) + count.to_bytes(4)

    def _answer(self, credential_id: bytes, **response: bytes | None) -> dict[str, Any]:
        said: dict[str, Any] = {
            name: encoded(value) for name, value in response.items() if value is not None
        }
        if "attestationObject" in response:
            said["transports"] = ["internal", "telepathy"]
        return {
            "id": encoded(credential_id),
            "rawId": encoded(credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": said,
        }


def encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")
