"""A sign-in provider that does, for one test at a time, what no provider should."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final, Self, override
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from core.accounts.sso.models import Answer, Provider
from tests.integration.openid.providers import PrivateKey, jwk

CLIENT_ID: Final = "core"
SECRET: Final = "a-secret-of-the-client"
DISCOVERY: Final = "/.well-known/openid-configuration"
KEYS: Final[dict[str, PrivateKey]] = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
FOREIGN_KEY: Final = ec.generate_private_key(ec.SECP256R1())
"""Nobody published this one."""

type Respond = Callable[["Handler"], None]


@dataclass
class Conduct:
    """How the provider behaves until `Hostile.behave` is called again; as it is, it behaves well.

    `claims`, `header`, `discovery` and `token` change what it says, None leaves a member out,
    and a time span is that far from now.
    `key` signs, or "none" or "HS256", which takes the public key for a secret. `pages` answers a
    path in a way of its own.
    """

    algorithm: str = "ES256"
    key: PrivateKey | str | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    token_status: int = 200
    token_type: str = "application/json"
    keys: list[dict[str, Any]] | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    codes_work_twice: bool = False
    pages: dict[str, Respond] = field(default_factory=dict)


class Hostile:
    """The provider: `issuer`, `client()`, `behave(...)`, and `sign_in(url)` to play the browser.

    `authorize` answers with a redirect at once, so a test may follow it over HTTP as well; who is
    signed in then is `person`, the claims of the ID token.
    """

    def __init__(self, path: str = "") -> None:
        self.server = Server(self)
        self.path = path
        self.issuer = f"http://127.0.0.1:{self.server.server_port}{path}"
        self.released = Event()
        self.behave()

    def behave(self, **conduct: Any) -> Conduct:
        """Begin anew: behave well but for what is named."""
        self.released.set()
        self.released = Event()
        self.conduct = Conduct(**conduct)
        self.person: dict[str, Any] = {"sub": "ada"}
        self.asked: list[str] = []
        self.granted: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        return self.conduct

    def client(self, **fields: Any) -> Provider:
        """Return the provider as its client sees it."""
        defaults = {"issuer": self.issuer, "client_id": CLIENT_ID, "client_secret": SECRET}
        return Provider.model_validate(defaults | fields)

    def sign_in(self, url: str, subject: str = "ada", **claims: Any) -> Answer:
        """Follow an authorization URL, signed in as somebody; return code, state and iss."""
        self.person = {"sub": subject} | claims
        location = httpx.get(url).headers["location"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        return Answer(code=SecretStr(query["code"]), state=query["state"], iss=query.get("iss"))

    def visits(self, path: str) -> int:
        """Return how often something was asked for."""
        return self.asked.count(self.path + path)

    # --- What it says -----------------------------------------------------------------------------

    def discovery(self) -> dict[str, Any]:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo" if self.conduct.userinfo else None,
            "authorization_response_iss_parameter_supported": True,
        }
        return _without_none(told | self.conduct.discovery)

    def keys(self) -> dict[str, Any]:
        published = self.conduct.keys
        if published is None:
            published = [jwk(key, public=True, kid=kid) for kid, key in KEYS.items()]
        return {"keys": published}

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes next."""
        code = uuid4().hex
        self.granted[code] = asked, self.person
        query = {"code": code, "state": asked["state"], "iss": self.issuer} | self.conduct.answer
        return f"{asked['redirect_uri']}?{urlencode(_without_none(query))}"

    def tokens(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Trade a code; who the client is, this provider does not care."""
        asked, person = self.granted.get(form["code"], ({}, {}))
        if not self.conduct.codes_work_twice:
            self.granted.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked.get("code_challenge") != _base64url(digest):
            said = f"no {form['code']} for {SECRET}"
            return 400, {"error": "invalid_grant", "error_description": said}
        told = {"access_token": "access", "token_type": "Bearer"}
        told["id_token"] = self.id_token(asked, person)
        return self.conduct.token_status, _without_none(told | self.conduct.token)

    def id_token(self, asked: dict[str, str], person: dict[str, Any]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        said = claims | person | self.conduct.claims
        moments = {k: now + v.total_seconds() for k, v in said.items() if isinstance(v, timedelta)}
        return self.signed(_without_none(said | moments))

    def signed(self, claims: dict[str, Any]) -> str:
        conduct = self.conduct
        algorithm = conduct.algorithm
        key = conduct.key or KEYS["RS256" if algorithm == "PS256" else algorithm]
        kid = "RS256" if algorithm == "PS256" else algorithm
        header = _without_none({"typ": "JWT", "kid": kid} | conduct.header)
        if isinstance(key, str):
            return _forged(header | {"alg": key}, claims, key)
        bare = {name: value for name, value in header.items() if name != "typ"}
        return jwt.encode(claims, key, algorithm, headers=bare)

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: Hostile) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.provider = provider


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer(self.server.provider)

    def do_POST(self) -> None:
        self._answer(self.server.provider)

    def _answer(self, provider: Hostile) -> None:
        at = urlsplit(self.path)
        provider.asked.append(at.path)
        page = at.path.removeprefix(provider.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        with suppress(OSError):  # the client has had enough
            if page in provider.conduct.pages:
                provider.conduct.pages[page](self)
                return
            match page:
                case "/.well-known/openid-configuration":
                    self.say(provider.discovery())
                case "/keys":
                    self.say(provider.keys())
                case "/authorize":
                    self.say({}, 302, location=provider.authorize(_flat(at.query)))
                case "/token":
                    status, told = provider.tokens(_flat(body))
                    self.say(told, status, provider.conduct.token_type)
                case "/userinfo" if self.headers["authorization"] == "Bearer access":
                    self.say(provider.conduct.userinfo)
                case _:
                    self.say({"error": "not_found"}, 404)

    def say(
        self, what: object, status: int = 200, kind: str = "application/json", **headers: str
    ) -> None:
        written = what if isinstance(what, bytes) else json.dumps(what).encode()
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(written))}.items():
            self.send_header(name, value)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(written)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass


# --- Pages of its own -----------------------------------------------------------------------------


def saying(what: object, status: int = 200, **headers: str) -> Respond:
    return lambda handler: handler.say(what, status, **headers)


def html(handler: Handler) -> None:
    handler.say(b"<!doctype html><title>Down for maintenance</title>", 200, "text/html")


def huge(handler: Handler) -> None:
    handler.say(b'{"keys": "' + b"x" * 2_000_000 + b'"}')


def endless(handler: Handler) -> None:
    """Announce no length, and never come to an end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65_536)


def silent(handler: Handler) -> None:
    """Say nothing for as long as the test takes."""
    handler.server.provider.released.wait(30)


def trickling(handler: Handler) -> None:
    """Say a little now and then: no single read takes long."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.provider.released.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


# --- Forging --------------------------------------------------------------------------------------


def _forged(header: dict[str, Any], claims: dict[str, Any], algorithm: str) -> str:
    said = ".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    public = KEYS["RS256"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.digest(pem, said.encode(), "sha256") if algorithm == "HS256" else b""
    return f"{said}.{_base64url(mac)}"


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
