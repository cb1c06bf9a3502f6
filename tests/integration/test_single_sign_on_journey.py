"""Single sign-on on the wire: real providers, one that cheats, and an organization that insists."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.integration.name_server import NameServer
from tests.integration.openid import Hostile, OpenidProvider, OpenidProviders
from tests.integration.openid.hostile import FOREIGN_KEY
from tests.integration.openid.hostile import SECRET as HOSTILE_SECRET
from tests.integration.openid.providers import SECRET
from tests.integration.phone import Phone
from tests.integration.service import Service

RETURN_TO = "http://127.0.0.1:3000/signed-in"
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with NameServer() as started:
        yield started


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, names: NameServer) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    settings = {
        "outbound_loopback": "true",
        "sso_return_urls": RETURN_TO,
        "dns_server": names.address,
    }
    with Service(folder, **settings) as started:
        yield started


class Tenant:
    """An organization with a connection of its own, and perhaps a domain."""

    def __init__(self, service: Service, names: NameServer) -> None:
        self.owner = service.person()
        self.id = self.owner.organization()
        self.path = f"/v1/organizations/{self.id}"
        self.domain = f"{uuid4().hex}.example.com"
        self._names = names

    def connect(self, **fields: Any) -> dict[str, Any]:
        answer = self.owner.http.post(f"{self.path}/sso-connections", json={"name": "IdP"} | fields)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        assert "secret" not in answer.text.replace("client_secret_basic", "")
        return made

    def prove_domain(self) -> None:
        added = self.owner.http.post(f"{self.path}/domains", json={"domain": self.domain})
        assert added.status_code == 201, added.text
        domain = added.json()
        verify = f"{self.path}/domains/{domain['id']}/verify"
        assert self.owner.http.post(verify).json()["code"] == "domain_unproven"
        self._names.records[domain["txt_name"]] = domain["txt_value"]
        assert self.owner.http.post(verify).status_code == 200


class Browser:
    """Somebody who signs in: cookies of their own, and an application that waits for the code."""

    def __init__(self, service: Service, connection: dict[str, Any]) -> None:
        self.http = service.client()
        self.connection = connection

    def leave(self, **changes: str) -> httpx.Response:
        query = {"return_to": RETURN_TO, "code_challenge": CHALLENGE} | changes
        path = f"/v1/auth/sso/{self.connection['id']}/authorize"
        return self.http.get(f"{path}?{urlencode(query)}")

    def return_(self, url: str) -> httpx.Response:
        return self.http.get(url)

    def told(self, answer: httpx.Response) -> dict[str, str]:
        """Return what the application is told."""
        assert answer.status_code == 302, answer.text
        location = answer.headers["location"]
        assert location.startswith(f"{RETURN_TO}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def exchange(self, code: str, verifier: str = VERIFIER) -> httpx.Response:
        body = {"code": code, "code_verifier": verifier}
        return self.http.post("/v1/auth/sso/exchange", json=body)

    def sign_in(self, provider: OpenidProvider, email: str) -> httpx.Response:
        """Go the whole way; return what the exchange answered."""
        away = self.leave()
        assert away.status_code == 302, away.text
        back = provider.browse(away.headers["location"], email)
        return self.exchange(self.told(self.return_(back))["code"])


def basic(provider: OpenidProvider) -> dict[str, str]:
    client = provider.client()
    return {"issuer": client.issuer, "client_id": client.client_id, "client_secret": SECRET}


def users(service: Service) -> int:
    with psycopg.connect(service.owner_url) as owner:
        [(count,)] = owner.execute("SELECT count(*) FROM accounts.users").fetchall()
    return int(count)


def authorized(service: Service, tokens: dict[str, Any]) -> httpx.Client:
    return service.client(headers={"Authorization": f"Bearer {tokens['access_token']}"})


# --- The way a person goes ------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["plain", "nested"])
def test_a_member_signs_in_through_a_real_provider_into_an_organization_that_enforces_it(
    service: Service, names: NameServer, openid: OpenidProviders, which: str
) -> None:
    provider: OpenidProvider = getattr(openid, which)
    tenant = Tenant(service, names)
    connection = tenant.connect(**basic(provider))
    test = f"{tenant.path}/sso-connections/{connection['id']}/test"
    assert tenant.owner.http.post(test).status_code == 204
    tenant.prove_domain()
    boss = f"boss@{tenant.domain}"

    signed_in = Browser(service, connection).sign_in(provider, boss)

    assert signed_in.status_code == 200, signed_in.text
    tokens = signed_in.json()
    assert (tokens["user"]["email"], tokens["user"]["email_verified"]) == (boss, True)
    assert signed_in.headers["cache-control"] == "no-store"
    came = authorized(service, tokens)
    enforcement = f"{tenant.path}/sso-enforcement"
    assert came.put(enforcement, json={"enforced": True}).json()["code"] == "permission_denied"
    refused = tenant.owner.http.put(enforcement, json={"enforced": True})
    assert refused.json()["code"] == "sso_session_required"
    promote = f"{tenant.path}/members/{tokens['user']['id']}"
    assert tenant.owner.http.patch(promote, json={"role": "owner"}).status_code == 200
    assert came.put(enforcement, json={"enforced": True}).status_code == 204

    assert tenant.owner.http.get(tenant.path).json()["code"] == "sso_required"
    assert came.get(tenant.path).json()["sso_enforced"] is True
    asked = {"email": f"anybody@{tenant.domain}"}
    discovered = service.client().post("/v1/auth/sso/discover", json=asked).json()
    assert discovered["password_allowed"] is False
    assert connection["id"] in {one["id"] for one in discovered["connections"]}


def test_a_password_session_of_the_same_person_is_refused_where_it_is_enforced(
    service: Service, names: NameServer, openid: OpenidProviders
) -> None:
    tenant = Tenant(service, names)
    connection = tenant.connect(**basic(openid.plain))
    tenant.prove_domain()
    ada = service.person(f"ada@{tenant.domain}")
    tokens = Browser(service, connection).sign_in(openid.plain, ada.email).json()
    assert tokens["user"]["id"] == ada.tokens["user"]["id"]
    assert ada.http.get(tenant.path).status_code == 200
    service.cli("accounts", "sso", "enforce", tenant.id)

    assert ada.http.get(tenant.path).json()["code"] == "sso_required"
    came = authorized(service, tokens)
    assert came.get(tenant.path).status_code == 200
    elsewhere = ada.organization("Elsewhere")
    assert came.get(f"/v1/organizations/{elsewhere}").json()["code"] == "sso_required"
    sensitive = came.post("/v1/me/mfa/totp")
    assert sensitive.json()["code"] == "permission_denied"
    phone = Phone(tenant.owner)
    assert tenant.owner.http.get(tenant.path).status_code == 200
    assert phone.recovery_codes
    service.cli("accounts", "sso", "enforce", tenant.id, "--off")
    assert ada.http.get(tenant.path).status_code == 200


def test_the_installations_provider_signs_people_in_and_links_to_accounts(
    service: Service, openid: OpenidProviders
) -> None:
    made = service.cli(
        "accounts", "sso", "add", "Company", "--json", "--secret-stdin",
        "--issuer", openid.plain.issuer, "--client-id", "core:client_secret_post",
        "--set", "client_authentication=client_secret_post",
        stdin=f"{SECRET}\n",
    )  # fmt: skip
    connection = httpx.Response(200, text=made).json()
    ada = service.person()
    browser = Browser(service, connection)

    refused = browser.sign_in(openid.plain, ada.email)
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_link_required")
    away = browser.leave()
    code = browser.told(browser.return_(openid.plain.browse(away.headers["location"], ada.email)))[
        "code"
    ]
    body = {"code": code, "code_verifier": VERIFIER}
    linked = ada.http.post("/v1/me/identities", json=body)
    assert linked.status_code == 201, linked.text
    again = browser.sign_in(openid.plain, ada.email)
    assert again.json()["user"]["id"] == ada.tokens["user"]["id"]
    [identity] = ada.http.get("/v1/me/identities").json()["items"]
    assert identity["email_at_link"] == ada.email
    assert ada.http.delete(f"/v1/me/identities/{identity['id']}").status_code == 204
    session = authorized(service, again.json())
    assert session.get("/v1/me").status_code == 401

    new = f"{uuid4().hex}@example.com"
    unverified = browser.sign_in(openid.plain, new)
    assert unverified.json()["code"] == "email_not_verified"
    token = service.mailed_token(new, "/verify-email")
    assert browser.http.post("/v1/auth/verify-email", json={"token": token}).status_code == 204
    assert browser.sign_in(openid.plain, new).status_code == 200


# --- What is refused ------------------------------------------------------------------------------

CHEATS: dict[str, dict[str, Any]] = {
    "no signature": {"key": "none"},
    "the public key as a secret": {"key": "HS256", "header": {"kid": "RS256"}},
    "somebody else's key": {"key": FOREIGN_KEY},
    "an unknown key id": {"header": {"kid": "unknown"}},
    "another issuer": {"claims": {"iss": "https://evil.example.com"}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "another party": {"claims": {"aud": ["core", "other"], "azp": "other"}},
    "another nonce": {"claims": {"nonce": "x" * 32}},
    "no nonce": {"claims": {"nonce": None}},
    "no subject": {"claims": {"sub": None}},
    "expired": {"claims": {"exp": timedelta(minutes=-5)}},
    "not yet": {"claims": {"iat": timedelta(minutes=5)}},
    "a mix-up": {"answer": {"iss": "https://evil.example.com"}},
    "no iss where it is promised": {"answer": {"iss": None}},
}


@pytest.mark.parametrize("conduct", CHEATS.values(), ids=CHEATS)
def test_a_provider_that_cheats_signs_nobody_in(
    service: Service, names: NameServer, hostile: Hostile, conduct: dict[str, Any]
) -> None:
    tenant = Tenant(service, names)
    connection = tenant.connect(
        issuer=hostile.issuer, client_id="core", client_secret=HOSTILE_SECRET
    )
    tenant.prove_domain()
    before = users(service)
    hostile.behave(**conduct)
    hostile.person = {"sub": "eve", "email": f"boss@{tenant.domain}", "email_verified": True}
    browser = Browser(service, connection)
    away = browser.leave()

    back = httpx.get(away.headers["location"]).headers["location"]
    told = browser.told(browser.return_(back))

    assert set(told) == {"error"}
    assert told["error"] in {"id_token_refused", "idp_error"}
    assert users(service) == before
    rows = tenant.owner.http.get(f"{tenant.path}/audit-events?action=sso.login_rejected").json()
    assert rows["items"][0]["outcome"] == "failure"


def test_an_honest_answer_counts_once_in_its_browser_and_its_connection(
    service: Service, names: NameServer, openid: OpenidProviders
) -> None:
    tenant = Tenant(service, names)
    connection, other = (tenant.connect(**basic(openid.plain)) for _ in range(2))
    tenant.prove_domain()
    browser, stranger = Browser(service, connection), Browser(service, connection)
    back = openid.plain.browse(browser.leave().headers["location"], f"a@{tenant.domain}")
    stranger.leave()

    assert stranger.return_(back).json()["code"] == "token_invalid_or_expired"
    elsewhere = back.replace(connection["id"], other["id"])
    for wrong in (f"{back}&state=x", back.split("?")[0], f"{back.split('&state')[0]}&state=x"):
        assert browser.return_(wrong).json()["code"] == "token_invalid_or_expired"
    code = browser.told(browser.return_(back))["code"]
    assert browser.return_(back).json()["code"] == "token_invalid_or_expired"
    assert browser.return_(elsewhere).json()["code"] == "token_invalid_or_expired"
    with ThreadPoolExecutor(8) as threads:
        tries = threads.map(lambda _: browser.exchange(code).status_code, range(8))
        answers = sorted(tries)
    assert answers == [200, *[400] * 7]


def test_only_whoever_began_can_exchange_the_code(
    service: Service, names: NameServer, openid: OpenidProviders
) -> None:
    tenant = Tenant(service, names)
    connection = tenant.connect(**basic(openid.plain))
    tenant.prove_domain()
    browser = Browser(service, connection)
    back = openid.plain.browse(browser.leave().headers["location"], f"a@{tenant.domain}")
    code = browser.told(browser.return_(back))["code"]

    assert browser.exchange(code, "w" * 64).json()["code"] == "token_invalid_or_expired"
    assert browser.exchange(code).json()["code"] == "token_invalid_or_expired"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"return_to": "https://evil.example.com"}, 400, "return_to_refused"),
        ({"return_to": f"{RETURN_TO}/"}, 400, "return_to_refused"),
        ({"return_to": "javascript:alert(1)"}, 422, "validation_failed"),
        ({"code_challenge": "short"}, 422, "validation_failed"),
        ({"code_challenge_method": "plain"}, 422, "validation_failed"),
        ({"unknown": "x"}, 400, "unknown_parameter"),
    ],
)
def test_a_sign_in_begins_as_it_must(
    service: Service,
    names: NameServer,
    openid: OpenidProviders,
    changes: dict[str, str],
    status: int,
    code: str,
) -> None:
    connection = Tenant(service, names).connect(**basic(openid.plain))

    answer = Browser(service, connection).leave(**changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_somebody_elses_provider_can_not_take_an_account_over(
    service: Service, names: NameServer, hostile: Hostile
) -> None:
    victim = service.person()
    tenant = Tenant(service, names)
    connection = tenant.connect(
        issuer=hostile.issuer, client_id="core", client_secret=HOSTILE_SECRET
    )
    hostile.person = {"sub": "eve", "email": victim.email, "email_verified": True}
    browser = Browser(service, connection)
    back = httpx.get(browser.leave().headers["location"]).headers["location"]

    answer = browser.exchange(browser.told(browser.return_(back))["code"])

    assert (answer.status_code, answer.json()["code"]) == (409, "identity_link_required")


def test_connections_and_domains_are_nobody_elses(
    service: Service, names: NameServer, openid: OpenidProviders
) -> None:
    tenant, other = Tenant(service, names), Tenant(service, names)
    connection = tenant.connect(**basic(openid.plain))
    tenant.prove_domain()
    [domain] = tenant.owner.http.get(f"{tenant.path}/domains").json()["items"]
    stranger = other.owner.http

    for path in (f"sso-connections/{connection['id']}", f"domains/{domain['id']}"):
        for where in (tenant.path, other.path):
            assert stranger.delete(f"{where}/{path}").status_code == 404
    assert stranger.get(f"{other.path}/sso-connections/{connection['id']}").status_code == 404
    changed = stranger.patch(
        f"{other.path}/sso-connections/{connection['id']}", json={"enabled": False}
    )
    assert changed.status_code == 404
    assert tenant.owner.http.get(f"{tenant.path}/domains").json()["items"] == [domain]


def test_a_connection_can_not_be_made_to_look_inside(service: Service, names: NameServer) -> None:
    tenant = Tenant(service, names)
    for issuer in (
        "http://169.254.169.254/latest",
        "https://10.0.0.1",
        "https://[::ffff:10.0.0.1]",
    ):
        connection = tenant.connect(issuer=issuer, client_id="c", client_secret="s")
        test = tenant.owner.http.post(f"{tenant.path}/sso-connections/{connection['id']}/test")
        assert (test.status_code, test.json()["code"]) == (502, "idp_error")
        assert Browser(service, connection).leave().status_code == 502
