"""The products of the how-to are protected as the page says."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import jwt
import pytest

from core.accounts.api_keys import keys
from tests.factories import new_id
from tests.integration.service import PATIENCE, Person, Service, free_port

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "protect-your-endpoint.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


BY_KEYS, BY_INTROSPECTION = blocks("python")


class Engines:
    """A service with the organization that the page speaks of."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ada, self.bob = service.person(), service.person()
        made = self.ada.http.post("/v1/organizations", json={"name": "Engines", "slug": "engines"})
        self.id: str = made.json()["id"]
        self.bob.accept(self.ada.invite(self.id, self.bob, "viewer"))
        self.key = self._key()

    def _key(self) -> str:
        """Type what the page says; return the key that is printed."""
        [typed] = blocks("bash")
        printed = [self.service.cli(*line.split()[1:]) for line in typed.splitlines()]
        [key] = re.findall(r"cak_\S+", printed[-1])
        return str(key)

    @contextmanager
    def product(self, code: str) -> Iterator[str]:
        """Run a product beside the service; yield its address."""
        port = free_port()
        told = {"CORE_URL": self.service.url, "CORE_API_KEY": self.key, "PORT": str(port)}
        process = subprocess.Popen(  # noqa: S603 - the page's own code
            [sys.executable, "-c", code],
            env=self.service.environment | told,
            stderr=subprocess.PIPE,
        )
        try:
            yield reachable(f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.communicate()


def reachable(url: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return url
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    service = Service(tmp_path_factory.mktemp("product"))
    service.environment["CORE_PUBLIC_URL"] = service.url
    with service:
        yield Engines(service)


def call(url: str, token: str) -> httpx.Response:
    return httpx.get(url, headers={"Authorization": f"Bearer {token}".strip()}, timeout=PATIENCE)


def forged(person: Person) -> list[str]:
    """Return tokens that are not ours, or that are for something else."""
    access, refresh = person.tokens["access_token"], person.tokens["refresh_token"]
    claims = jwt.decode(access, options={"verify_signature": False})
    header = jwt.get_unverified_header(access)
    signed, _, signature = access.rpartition(".")
    return [
        "",
        "x",
        refresh,
        f"{signed}.{signature[::-1]}",
        f"{signed}.",
        jwt.encode(claims, "", algorithm="none", headers=header | {"alg": "none"}),
        jwt.encode(claims, "x" * 32, algorithm="HS256", headers=header | {"alg": "HS256"}),
        keys.make(new_id()),
    ]


def test_a_product_knows_its_callers_by_our_public_keys(engines: Engines) -> None:
    with engines.product(BY_KEYS) as url:
        greeted = call(url, engines.bob.tokens["access_token"])
        refused = [call(url, token) for token in forged(engines.bob)]

    assert greeted.text == f"Hello, {engines.bob.tokens['user']['id']}."
    assert {one.status_code for one in refused} == {401}
    assert {one.headers["www-authenticate"] for one in refused} == {"Bearer"}


def test_a_product_asks_what_its_callers_may(engines: Engines) -> None:
    ada, bob, stranger = engines.ada, engines.bob, engines.service.person()
    of_ada = ada.http.post(
        f"/v1/organizations/{engines.id}/api-keys", json={"name": "x", "scopes": ["audit:read"]}
    ).json()["key"]
    with engines.product(BY_INTROSPECTION) as url:
        greeted = [call(url, one).text for one in (ada.tokens["access_token"], of_ada)]
        viewer = call(url, bob.tokens["access_token"])
        refused = [call(url, token) for token in [*forged(ada), stranger.tokens["access_token"]]]
        ada.http.post("/v1/auth/logout").raise_for_status()
        signed_out = call(url, ada.tokens["access_token"])

    assert greeted == [f"Hello, {ada.tokens['user']['id']}, owner."] * 2
    assert viewer.status_code == 403
    assert {one.status_code for one in refused} == {401}
    assert signed_out.status_code == 401


def test_the_key_of_a_product_does_nothing_but_ask(engines: Engines) -> None:
    answer = call(f"{engines.service.url}/v1/organizations/{engines.id}/members", engines.key)

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_the_code_is_short_enough_to_be_read() -> None:
    for code in (BY_KEYS, BY_INTROSPECTION):
        lines = [line for line in code.splitlines() if line.strip()]
        assert len(lines) <= 25
        assert max(map(len, lines)) <= 100
