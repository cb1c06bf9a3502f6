"""Single sign-on's adapter, against certified providers and against one that cheats."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, override

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from adapters.oidc import OidcClient
from adapters.outbound import GuardedTransport
from core import ports as kernel
from core.accounts.sso import models, ports
from core.accounts.sso.exceptions import IdpError, IdTokenRefused
from tests.contracts.oidc_client import OidcClientContract, request
from tests.integration.openid import Hostile, OpenidProvider, OpenidProviders
from tests.integration.openid.hostile import (
    DISCOVERY,
    FOREIGN_KEY,
    KEYS,
    SECRET,
    Respond,
    endless,
    html,
    huge,
    saying,
    silent,
    trickling,
)
from tests.integration.openid.providers import CLIENTS, jwk


class ShiftedClock(kernel.Clock):
    """The right time, until a test moves it."""

    def __init__(self) -> None:
        self.shift = timedelta()

    @override
    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def forward(self, **by: float) -> None:
        self.shift += timedelta(**by)


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
def oidc(clock: ShiftedClock) -> ports.OidcClient:
    return OidcClient(GuardedTransport(loopback=True), clock, loopback=True)


async def signed_in(oidc: ports.OidcClient, idp: Hostile, **claims: Any) -> models.Assertion:
    """Go the whole way, as a use case does."""
    url = await oidc.authorization_url(idp.client(), request())
    return await oidc.assertion(idp.client(), request(), idp.sign_in(url, **claims))


# --- Certified providers --------------------------------------------------------------------------


@pytest.fixture(params=["plain", "nested"])
def certified(request: pytest.FixtureRequest, openid: OpenidProviders) -> OpenidProvider:
    provider: OpenidProvider = getattr(openid, request.param)
    return provider


@pytest.mark.parametrize("authentication", CLIENTS)
async def test_signs_in_at_a_certified_provider(
    oidc: ports.OidcClient,
    certified: OpenidProvider,
    clock: ShiftedClock,
    authentication: models.ClientAuthentication,
) -> None:
    provider = certified.client(authentication)
    await oidc.examine(provider)
    url = await oidc.authorization_url(provider, request())

    said = await oidc.assertion(provider, request(), certified.sign_in(url, "ada@example.com"))

    assert said.evolve(authenticated_at=None) == models.Assertion(
        issuer=certified.issuer,
        subject="person|ada@example.com",
        email="ada@example.com",
        email_verified=True,
        name="ada",
    )


async def test_a_certified_provider_says_that_an_address_is_not_verified(
    oidc: ports.OidcClient, certified: OpenidProvider
) -> None:
    url = await oidc.authorization_url(certified.client(), request())
    answer = certified.sign_in(url, "unverified@example.com")

    said = await oidc.assertion(certified.client(), request(), answer)

    assert (said.email, said.email_verified) == ("unverified@example.com", False)


async def test_a_certified_provider_takes_a_code_once(
    oidc: ports.OidcClient, certified: OpenidProvider
) -> None:
    url = await oidc.authorization_url(certified.client(), request())
    answer = certified.sign_in(url, "ada@example.com")
    await oidc.assertion(certified.client(), request(), answer)

    with pytest.raises(IdpError, match="invalid_grant"):
        await oidc.assertion(certified.client(), request(), answer)


@pytest.mark.parametrize("authentication", CLIENTS)
async def test_a_certified_provider_wants_the_clients_own_proof(
    oidc: ports.OidcClient,
    certified: OpenidProvider,
    authentication: models.ClientAuthentication,
) -> None:
    provider = certified.client(authentication)
    url = await oidc.authorization_url(provider, request())
    answer = certified.sign_in(url, "ada@example.com")
    key = pem(ec.generate_private_key(ec.SECP256R1()))
    other = SecretStr(key if authentication == "private_key_jwt" else "wrong")

    with pytest.raises(IdpError, match="401: invalid_client"):
        await oidc.assertion(provider.evolve(client_secret=other), request(), answer)


async def test_an_answer_of_one_provider_is_not_taken_to_another(
    oidc: ports.OidcClient, openid: OpenidProviders
) -> None:
    url = await oidc.authorization_url(openid.plain.client(), request())
    answer = openid.plain.sign_in(url, "ada@example.com")

    with pytest.raises(IdTokenRefused, match="another provider's"):
        await oidc.assertion(openid.nested.client(), request(), answer)


# --- A provider that can do anything --------------------------------------------------------------


class TestOidcClient(OidcClientContract):
    @pytest.fixture
    def idp(self, hostile: Hostile) -> Hostile:
        return hostile


HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PUBLISHED = [jwk(key, public=True, kid=kid) for kid, key in KEYS.items()]
SMALL = rsa.generate_private_key(65537, 1024)  # noqa: S505 - which is the point

TOKENS: dict[str, dict[str, Any]] = {
    "not signed": {"key": "none"},
    "signed with the public key for a secret": {"key": "HS256"},
    "signed by another tenant's key": {"key": FOREIGN_KEY},
    "signed by an unknown key": {"key": FOREIGN_KEY, "header": {"kid": "unknown"}},
    "signed by a key that is not told": {"header": {"kid": None}, "keys": PUBLISHED[1:2] * 2},
    "signed by a key for something else": {"keys": [PUBLISHED[1] | {"use": "enc"}]},
    "signed by a key of no use": {"keys": [PUBLISHED[1] | {"key_ops": ["encrypt"]}]},
    "signed by a key for another algorithm": {"keys": [PUBLISHED[1] | {"alg": "ES384"}]},
    "signed by a key of another type": {"keys": [PUBLISHED[0] | {"kid": "ES256"}]},
    "signed by a key that everybody has": {"keys": [jwk(KEYS["ES256"], kid="ES256")]},
    "signed by a key that can't be read": {"keys": [PUBLISHED[1] | {"x": "?"}]},
    "signed by a weak key": {
        "algorithm": "RS256",
        "key": SMALL,
        "keys": [jwk(SMALL, public=True, kid="RS256")],
    },
    "signed by no keys": {"keys": []},
    "critical": {"header": {"crit": ["unheard-of"], "unheard-of": 1}},
    "with another curve": {"algorithm": "ES384", "header": {"alg": "ES384", "kid": "ES256"}},
    "of another issuer": {"claims": {"iss": "https://other.example.com"}},
    "of almost this issuer": {"claims": {"iss": "{issuer}/"}},
    "of no issuer": {"claims": {"iss": None}},
    "for another client": {"claims": {"aud": "other"}},
    "for almost this client": {"claims": {"aud": "Core"}},
    "for other clients": {"claims": {"aud": ["other", "others"]}},
    "for nobody": {"claims": {"aud": None}},
    "for nonsense": {"claims": {"aud": {"core": 1}}},
    "for two, issued to neither": {"claims": {"aud": ["core", "other"], "azp": None}},
    "for two, issued to the other": {"claims": {"aud": ["core", "other"], "azp": "other"}},
    "issued to another client": {"claims": {"azp": "other"}},
    "expired": {"claims": {"exp": -61 * SECOND}},
    "without an end": {"claims": {"exp": None}},
    "that never ends": {"claims": {"exp": float("inf")}},
    "that ends never at all": {"claims": {"exp": float("nan")}},
    "that ends true": {"claims": {"exp": True}},
    "that ends in an object": {"claims": {"exp": {}}},
    "issued in the future": {"claims": {"iat": HOUR}},
    "issued at no time": {"claims": {"iat": None}},
    "not valid yet": {"claims": {"nbf": HOUR}},
    "with another nonce": {"claims": {"nonce": "other"}},
    "with a nonce beyond ASCII": {"claims": {"nonce": "\ud800"}},
    "with a number for a nonce": {"claims": {"nonce": 1}},
    "without a nonce": {"claims": {"nonce": None}},
    "about nobody": {"claims": {"sub": None}},
    "about the empty string": {"claims": {"sub": ""}},
    "about a number": {"claims": {"sub": 7}},
    "about a very long name": {"claims": {"sub": "x" * 256}},
    "about a name no database takes": {"claims": {"sub": "a\0b"}},
    "about half a character": {"claims": {"sub": "a\ud800"}},
    "of another access token": {"claims": {"at_hash": "x" * 22}},
    "of a missing access token": {"claims": {"at_hash": "x"}, "token": {"access_token": None}},
    "that is none": {"token": {"id_token": "not.a.jwt"}},
    "that is encrypted": {"token": {"id_token": "a.b.c.d.e"}},
    "that is a list": {"token": {"id_token": "W10.W10.W10"}},
    "that is nested deeply": {
        "token": {"id_token": "eyJhbGciOiJFUzI1NiJ9." + "W1tb" * 9999 + ".x"}
    },
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # which is the point
@pytest.mark.parametrize("conduct", TOKENS.values(), ids=TOKENS)
async def test_a_token_is_not_believed(
    oidc: ports.OidcClient, hostile: Hostile, conduct: dict[str, Any]
) -> None:
    claims = conduct.get("claims", {})
    if claims.get("iss"):
        conduct |= {"claims": claims | {"iss": claims["iss"].format(issuer=hostile.issuer)}}
    hostile.behave(**conduct)

    reason = "|".join(claims) or "sign|key"
    with pytest.raises(IdTokenRefused, match=reason):
        await signed_in(oidc, hostile)


@pytest.mark.parametrize("member", ["iss", "state"])
async def test_an_answer_must_be_this_providers_to_this_request(
    oidc: ports.OidcClient, hostile: Hostile, member: str
) -> None:
    hostile.behave(answer={member: "https://other.example.com"})

    with pytest.raises(IdTokenRefused, match=member):
        await signed_in(oidc, hostile)

    assert hostile.visits("/token") == 0


async def test_an_answer_must_name_its_provider_if_that_was_announced(
    oidc: ports.OidcClient, hostile: Hostile
) -> None:
    hostile.behave(answer={"iss": None})

    with pytest.raises(IdTokenRefused, match="iss"):
        await signed_in(oidc, hostile)

    assert hostile.visits("/token") == 0


async def test_userinfo_is_not_about_somebody_else(
    oidc: ports.OidcClient, hostile: Hostile
) -> None:
    hostile.behave(userinfo={"sub": "eve", "email": "eve@example.com"})

    with pytest.raises(IdTokenRefused, match="userinfo"):
        await signed_in(oidc, hostile)


TELLING: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"issuer": "https://other.example.com"}, "names the issuer"),
    "almost this issuer": ({"issuer": "{issuer}/"}, "names the issuer"),
    "no issuer": ({"issuer": None}, "issuer"),
    "no keys": ({"jwks_uri": None}, "jwks_uri"),
    "no place for codes": ({"token_endpoint": None}, "token_endpoint"),
    "no place for browsers": ({"authorization_endpoint": None}, "authorization_endpoint"),
    "a script": ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
    "a place in the clear": ({"token_endpoint": "http://provider.example.com/"}, "token_endpoint"),
    "a place with a password": ({"token_endpoint": "https://a:b@example.com/"}, "token_endpoint"),
    "a place that is none": ({"jwks_uri": "https://[::"}, "jwks_uri"),
    "numbers": ({"token_endpoint": 7}, "token_endpoint"),
}


@pytest.mark.parametrize(("told", "reason"), TELLING.values(), ids=TELLING)
async def test_a_provider_must_describe_itself(
    oidc: ports.OidcClient, hostile: Hostile, told: dict[str, Any], reason: str
) -> None:
    if told.get("issuer"):
        told = {"issuer": told["issuer"].format(issuer=hostile.issuer)}
    hostile.behave(discovery=told)

    for ask in (oidc.examine(hostile.client()), signed_in(oidc, hostile)):
        with pytest.raises(IdpError, match=reason):
            await ask


BROKEN: dict[str, tuple[Respond, str]] = {
    "redirects": (saying({}, 302, location="/elsewhere"), "redirects"),
    "redirects inwards": (saying({}, 302, location="http://169.254.169.254/"), "redirects"),
    "is huge": (huge, "more than 1000000 bytes"),
    "is endless": (endless, "more than 1000000 bytes"),
    "is a page": (html, "JSON object|ID token"),
    "is a list": (saying([]), "JSON object|ID token"),
    "is nested deeply": (saying(b"[" * 200_000), "JSON object|ID token"),
    "is missing": (saying({}, 404), "404"),
    "is broken": (saying(b"<h1>", 500), "500"),
    "is not UTF-8": (saying(b'{"a": "\xff"}'), "JSON object|ID token"),
    "is packed": (saying(b"x", content_encoding="gzip"), "compresses"),
}


@pytest.mark.parametrize("path", [DISCOVERY, "/keys", "/token"])
@pytest.mark.parametrize(("page", "reason"), BROKEN.values(), ids=BROKEN)
async def test_what_a_provider_answers_must_make_sense(
    oidc: ports.OidcClient, hostile: Hostile, path: str, page: Respond, reason: str
) -> None:
    hostile.behave(pages={path: page})

    with pytest.raises(IdpError, match=reason) as failure:
        await signed_in(oidc, hostile)

    assert f"{hostile.issuer}{path}" in str(failure.value)


@pytest.mark.parametrize("path", [DISCOVERY, "/keys", "/token"])
@pytest.mark.parametrize("page", [silent, trickling])
async def test_a_provider_must_answer_in_time(
    clock: ShiftedClock, hostile: Hostile, path: str, page: Respond
) -> None:
    oidc = OidcClient(GuardedTransport(loopback=True, seconds=1), clock, loopback=True)
    hostile.behave(pages={path: page})

    with pytest.raises(IdpError, match="within 1 seconds") as failure:
        await signed_in(oidc, hostile)

    assert f"{hostile.issuer}{path}" in str(failure.value)


@pytest.mark.parametrize("keys", [[], [jwk(SMALL)], [{"kty": "oct", "k": "eA"}], ["x"], [{}]])
async def test_examining_finds_keys_that_sign_nothing(
    oidc: ports.OidcClient, hostile: Hostile, keys: list[Any]
) -> None:
    hostile.behave(keys=keys)

    with pytest.raises(IdpError, match="no key"):
        await oidc.examine(hostile.client())


async def test_examining_finds_signatures_that_are_not_accepted(
    oidc: ports.OidcClient, hostile: Hostile
) -> None:
    hostile.behave(discovery={"id_token_signing_alg_values_supported": ["HS256", "none"]})

    with pytest.raises(IdpError, match="signs ID tokens by none of"):
        await oidc.examine(hostile.client())


@pytest.mark.parametrize("key", ["", "secret", "P-521", "RSA with a password"])
async def test_examining_finds_a_private_key_that_is_none(
    oidc: ports.OidcClient, hostile: Hostile, key: str
) -> None:
    secret = pem(ec.generate_private_key(ec.SECP521R1())) if key == "P-521" else key
    client = hostile.client(client_secret=secret, client_authentication="private_key_jwt")

    with pytest.raises(IdpError, match="private key"):
        await oidc.examine(client)


async def test_examining_looks_again(oidc: ports.OidcClient, hostile: Hostile) -> None:
    await oidc.examine(hostile.client())
    hostile.behave(pages={DISCOVERY: saying({}, 404)})

    with pytest.raises(IdpError, match="404"):
        await oidc.examine(hostile.client())


@pytest.mark.parametrize(
    "issuer",
    [
        "http://idp.example.com",
        "https://idp.example.com?a=b",
        "https://idp.example.com#a",
        "https://a@idp.example.com",
        "https://",
        "ftp://idp.example.com",
        "idp.example.com",
        "https://idp.example.com:x",
        "https://idp example.com",
        "",
    ],
)
async def test_an_issuer_is_a_plain_https_url(
    oidc: ports.OidcClient, hostile: Hostile, issuer: str
) -> None:
    with pytest.raises(IdpError, match="no https:// URL"):
        await oidc.examine(hostile.client(issuer=issuer))


async def test_a_provider_on_this_machine_is_for_development(
    clock: ShiftedClock, hostile: Hostile
) -> None:
    oidc = OidcClient(GuardedTransport(), clock)

    with pytest.raises(IdpError, match="no https:// URL"):
        await oidc.examine(hostile.client())
    with pytest.raises(IdpError, match="not public"):
        await oidc.examine(hostile.client(issuer=hostile.issuer.replace("http", "https")))


async def test_no_secret_is_told_again(oidc: ports.OidcClient, hostile: Hostile) -> None:
    url = await oidc.authorization_url(hostile.client(), request())
    answer = hostile.sign_in(url)

    with pytest.raises(IdpError, match=r"400: invalid_grant: no \*\*\* for \*\*\*") as failure:
        await oidc.assertion(hostile.client(), request(code_verifier="w" * 43), answer)

    assert SECRET not in str(failure.value)
    assert answer.code.get_secret_value() not in str(failure.value)


# --- What the standards leave open ----------------------------------------------------------------

FITTING = [PUBLISHED[1] | {"kid": None}, PUBLISHED[0] | {"use": "enc"}, PUBLISHED[2]]

LIBERAL: dict[str, dict[str, Any]] = {
    "signs by RS256": {"algorithm": "RS256"},
    "signs by PS256": {"algorithm": "PS256"},
    "signs by ES384": {"algorithm": "ES384"},
    "signs by EdDSA": {"algorithm": "EdDSA"},
    "has a single fitting key": {"header": {"kid": None}, "keys": FITTING},
    "says what its key is for": {"keys": [PUBLISHED[1] | {"use": "sig", "alg": "ES256"}]},
    "publishes keys of kinds unheard of": {"keys": [{"kty": "PQ"}, {}, *PUBLISHED]},
    "says no type": {"header": {"typ": None}},
    "lists one audience": {"claims": {"aud": ["core"]}},
    "lists several audiences": {"claims": {"aud": ["other", "core"], "azp": "core"}},
    "names whom it issued to": {"claims": {"azp": "core"}},
    "writes moments as floats": {"claims": {"exp": HOUR, "iat": -SECOND / 2, "nbf": SECOND / 2}},
    "has a clock that is a little late": {"claims": {"exp": -SECOND}},
    "has a clock that is a little early": {"claims": {"iat": 30 * SECOND}},
    "has a long subject": {"claims": {"sub": "x" * 255}},
    "has a subject beyond ASCII": {"claims": {"sub": "ädä"}},
    "hashes the access token": {"claims": {"at_hash": "oFYf1knNtrqnhAVfBRuteQ"}},
    "adds what nobody asked for": {"claims": {"groups": ["a"], "email": ["a@b"], "name": 7}},
    "gives no access token": {"token": {"access_token": None}},
    "says nonsense about time": {"token": {"expires_in": "soon", "expires_at": []}},
    "answers with 201": {"token_status": 201},
    "answers with text": {"token_type": "text/html; charset=latin-1"},
    "does not announce iss": {
        "answer": {"iss": None},
        "discovery": {"authorization_response_iss_parameter_supported": None},
    },
    "names a broken userinfo": {
        "userinfo": {"sub": "x"},
        "pages": {"/userinfo": html},
    },
    "has places with queries": {"discovery": {"jwks_uri": "{issuer}/keys?a=b"}},
}


@pytest.mark.parametrize("conduct", LIBERAL.values(), ids=LIBERAL)
async def test_a_provider_may_do_what_standards_leave_open(
    oidc: ports.OidcClient, hostile: Hostile, conduct: dict[str, Any]
) -> None:
    if "discovery" in conduct:
        told = conduct["discovery"]
        uri = (told.get("jwks_uri") or "{issuer}/keys").format(issuer=hostile.issuer)
        conduct |= {"discovery": told | {"jwks_uri": uri}}
    hostile.behave(**conduct)

    said = await signed_in(oidc, hostile)

    assert said == models.Assertion(
        issuer=hostile.issuer, subject=conduct.get("claims", {}).get("sub", "ada")
    )


@pytest.mark.parametrize("write", [int, str, lambda at: at + 0.5])
async def test_when_somebody_proved_who_they_are_is_told_in_many_ways(
    oidc: ports.OidcClient, hostile: Hostile, write: Callable[[int], object]
) -> None:
    found = (await signed_in(oidc, hostile, auth_time=write(1_700_000_000))).authenticated_at

    assert found is not None
    assert int(found.timestamp()) == 1_700_000_000


@pytest.mark.parametrize("said", [None, "", "yesterday", True, [], -1e30, float("nan"), "9" * 30])
async def test_nonsense_about_when_is_nothing_said(
    oidc: ports.OidcClient, hostile: Hostile, said: object
) -> None:
    assert (await signed_in(oidc, hostile, auth_time=said)).authenticated_at is None


async def test_nobody_proved_in_the_future_who_they_are(
    oidc: ports.OidcClient, hostile: Hostile, clock: ShiftedClock
) -> None:
    found = (await signed_in(oidc, hostile, auth_time=HOUR)).authenticated_at

    assert found is not None
    assert found <= clock.now()


async def test_an_address_that_an_id_token_leaves_out_is_asked_for(
    oidc: ports.OidcClient, hostile: Hostile
) -> None:
    claims = {"email": "ada@example.com", "email_verified": True, "name": "Ada"}
    hostile.behave(userinfo={"sub": "ada"} | claims)

    said = await signed_in(oidc, hostile)

    assert (said.email, said.email_verified, said.name) == ("ada@example.com", True, "Ada")


async def test_who_verified_an_address_and_who_told_it_are_one(
    oidc: ports.OidcClient, hostile: Hostile
) -> None:
    hostile.behave(userinfo={"sub": "ada", "email": "ada@example.com"})

    said = await signed_in(oidc, hostile, email_verified=True)

    assert (said.email, said.email_verified) == ("ada@example.com", False)


async def test_without_userinfo_one_signs_in_all_the_same(
    oidc: ports.OidcClient, hostile: Hostile, caplog: pytest.LogCaptureFixture
) -> None:
    hostile.behave(userinfo={}, pages={"/userinfo": saying({}, 503)})
    hostile.conduct.discovery = {"userinfo_endpoint": f"{hostile.issuer}/userinfo"}
    caplog.set_level(logging.WARNING, "adapters")

    assert (await signed_in(oidc, hostile)).email is None
    assert "userinfo answers 503" in caplog.text


# --- What is remembered ---------------------------------------------------------------------------


async def test_what_a_provider_publishes_is_read_once_an_hour(
    oidc: ports.OidcClient, hostile: Hostile, clock: ShiftedClock
) -> None:
    for _ in range(3):
        await signed_in(oidc, hostile)
    assert (hostile.visits(DISCOVERY), hostile.visits("/keys")) == (1, 1)

    clock.forward(minutes=61)
    hostile.behave(claims={"exp": 2 * HOUR})
    await signed_in(oidc, hostile)
    assert (hostile.visits(DISCOVERY), hostile.visits("/keys")) == (1, 1)


async def test_a_new_key_is_found_at_once(
    oidc: ports.OidcClient, hostile: Hostile, clock: ShiftedClock
) -> None:
    hostile.behave(keys=PUBLISHED[:1], algorithm="RS256")
    await signed_in(oidc, hostile)
    clock.forward(seconds=31)

    hostile.behave()
    await signed_in(oidc, hostile)

    assert hostile.visits("/keys") == 1


async def test_unknown_keys_are_looked_for_twice_a_minute_at_most(
    oidc: ports.OidcClient, hostile: Hostile, clock: ShiftedClock
) -> None:
    hostile.behave(header={"kid": "unknown"})
    for _ in range(5):
        with pytest.raises(IdTokenRefused):
            await signed_in(oidc, hostile)
    assert hostile.visits("/keys") == 1

    clock.forward(seconds=31)
    for _ in range(5):
        with pytest.raises(IdTokenRefused):
            await signed_in(oidc, hostile)
    assert hostile.visits("/keys") == 2


async def test_a_failure_is_not_remembered(oidc: ports.OidcClient, hostile: Hostile) -> None:
    for path in (DISCOVERY, "/keys"):
        hostile.behave(pages={path: saying({}, 503)})
        with pytest.raises(IdpError):
            await signed_in(oidc, hostile)

    hostile.behave()
    assert (await signed_in(oidc, hostile)).subject == "ada"


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
