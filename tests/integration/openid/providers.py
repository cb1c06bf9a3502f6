"""Certified providers (npm's oidc-provider) in a process of their own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from pydantic import SecretStr

from core.accounts.sso.models import Answer, ClientAuthentication, Provider
from tests.integration.npm import installed, program
from tests.integration.service import free_port

type PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

HERE: Final = Path(__file__).parent
SECRET: Final = "s3cret: 100% of/it+is=odd&~!"
"""Holds what an Authorization header must be encoded for (RFC 6749 2.3.1)."""

CLIENTS: Final[dict[ClientAuthentication, str]] = {
    "client_secret_basic": "RS256",
    "client_secret_post": "ES256",
    "private_key_jwt": "PS256",
}
"""How each client proves itself, and how it wants ID tokens signed; its id is `core:<that>`."""


@dataclass(frozen=True)
class OpenidProvider:
    """One of the providers."""

    issuer: str
    client_key: str

    def client(self, authentication: ClientAuthentication = "client_secret_basic") -> Provider:
        """Return the provider as one of its clients sees it."""
        by_key = authentication == "private_key_jwt"
        return Provider(
            issuer=self.issuer,
            client_id=f"core:{authentication}",
            client_secret=SecretStr(self.client_key if by_key else SECRET),
            client_authentication=authentication,
        )

    def browse(self, url: str, email: str) -> str:
        """Follow an authorization URL as a browser does, as somebody who is logged in there.

        Return the address that the provider sends the browser back to, unvisited.
        """
        at, back = f"{url}&{urlencode({'login_hint': email})}", _asked(url)["redirect_uri"]
        with httpx.Client(timeout=30) as browser:
            while not at.startswith(f"{back}?"):
                response = browser.get(at)
                assert response.is_redirect, f"{response.status_code}: {response.text}"
                at = urljoin(at, response.headers["location"])
        return at

    def sign_in(self, url: str, email: str) -> Answer:
        """Browse, and return what the provider sent along: code, state and iss."""
        query = _asked(self.browse(url, email))
        return Answer(code=SecretStr(query["code"]), state=query["state"], iss=query.get("iss"))


class OpenidProviders:
    """Two of them: `plain`, and `nested`, whose issuer has a path and whose ID tokens are thin."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self._clients = [_client(how, algorithm, key) for how, algorithm in CLIENTS.items()]
        self._ports = free_port(), free_port()
        plain, nested = (f"http://127.0.0.1:{port}" for port in self._ports)
        self.plain = OpenidProvider(plain, pem)
        self.nested = OpenidProvider(f"{nested}/realms/acme", pem)
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        described = [
            {
                "issuer": provider.issuer,
                "port": port,
                "jwks": {"keys": _signing_keys()},
                "clients": self._clients,
                "thin": provider is self.nested,
            }
            for provider, port in zip((self.plain, self.nested), self._ports, strict=True)
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [program("node"), HERE / "provider.mjs", installed(HERE), json.dumps(described)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if line == "ready\n":
                return self
        raise AssertionError(f"The providers of tests did not start: {''.join(said)}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.terminate()
        self._process.wait(timeout=30)
        self._process.stdout.close()


def _asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _client(how: ClientAuthentication, algorithm: str, key: PrivateKey) -> dict[str, Any]:
    proof = (
        {"jwks": {"keys": [jwk(key, alg="ES256", public=True)]}}
        if how == "private_key_jwt"
        else {"client_secret": SECRET}
    )
    return proof | {
        "client_id": f"core:{how}",
        "token_endpoint_auth_method": how,
        "id_token_signed_response_alg": algorithm,
        "redirect_uris": ["http://127.0.0.1/callback"],
    }


def _signing_keys() -> list[dict[str, Any]]:
    return [
        jwk(rsa.generate_private_key(65537, 2048), kid="rsa"),
        jwk(ec.generate_private_key(ec.SECP256R1()), kid="ec", alg="ES256"),
        jwk(ed25519.Ed25519PrivateKey.generate(), kid="ed", alg="EdDSA"),
    ]


def jwk(key: PrivateKey, *, public: bool = False, **members: str) -> dict[str, Any]:
    """Write a key as RFC 7517 has it."""
    shown = key.public_key() if public else key
    match shown:
        case rsa.RSAPrivateKey() | rsa.RSAPublicKey():
            written = RSAAlgorithm.to_jwk(shown, as_dict=True)
        case ec.EllipticCurvePrivateKey() | ec.EllipticCurvePublicKey():
            written = ECAlgorithm.to_jwk(shown, as_dict=True)
        case _:
            written = OKPAlgorithm.to_jwk(shown, as_dict=True)
    return {name: value for name, value in written.items() if name != "key_ops"} | members
