"""What NGINX answers by itself, in the service's own words."""

from collections.abc import Iterator

import pytest

from core.exceptions import ContentTooLarge, NotFound, RateLimited, Unavailable
from entrypoints.http.app import ROUTERS
from entrypoints.http.problems import status_of
from tests.infra.nginx.certificates import Certificate
from tests.infra.nginx.edge import Edge
from tests.infra.nginx.upstream import STREAM, Upstream
from tests.unit.test_errors import PAGE

AT_ONCE = 3

UNHURRIED = {"/v1/auth/introspect", "/v1/auth/logout", "/v1/auth/token/refresh"}
"""What proves nothing anew, and may come often from one address."""

PROVING = ("/v1/auth/", "/v1/invitations/", "/console/sign-in", "/console/prove")


@pytest.fixture
def strict(upstream: Upstream, certificate: Certificate) -> Iterator[Edge]:
    """NGINX that takes a few requests of a client, and one proof less."""
    limits = {"RATE_API": "1r/m", "RATE_AUTH": "1r/m"}
    with Edge(
        upstream.address,
        certificate,
        **limits,
        BURST_API=str(AT_ONCE - 1),
        BURST_AUTH=str(AT_ONCE - 2),
        RETRY_AFTER="60",
        CORS_ORIGINS="https://app.example.com,https://admin.example.com",
    ) as started:
        yield started


def posted() -> list[str]:
    """Return every path outside of organizations and administration that takes a POST."""
    routes = (route for router in ROUTERS for route in router.routes)
    found = {
        str(getattr(route, "path", ""))
        for route in routes
        if "POST" in (getattr(route, "methods", None) or ())
    }
    shared = ("/v1/organizations", "/v1/admin", "/dev/", "/console/")
    own = ("/console/sign-in", "/console/prove", "/console/account/second-factor")
    return sorted(
        path.replace("{", "").replace("}", "")
        for path in found
        if path.startswith(own) or not path.startswith(shared)
    )


def test_a_body_that_is_too_large_is_a_problem(edge: Edge) -> None:
    client = edge.client()

    assert client.post("/v1/x", content=b"x" * (1 << 20)).json()["length"] == 1 << 20
    answer = client.post("/v1/x?y=1", content=b"x" * ((1 << 20) + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "type": "/problems/content_too_large",
        "title": "This is more than the service takes at once.",
        "status": 413,
        "code": "content_too_large",
        "instance": "/v1/x",
        "request_id": answer.headers["x-request-id"],
    }


@pytest.mark.parametrize(
    ("behave", "status", "code"), [("hang", 504, "gateway_timeout"), ("close", 502, "bad_gateway")]
)
def test_a_service_that_is_silent_or_gone_is_a_problem(
    edge: Edge, behave: str, status: int, code: str
) -> None:
    answer = edge.client().post("/v1/x", headers={"X-Behave": behave})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_what_the_service_refuses_stays_as_it_is(edge: Edge) -> None:
    for status in (404, 413, 429, 502, 503, 504):
        answer = edge.client().get("/v1/x", headers={"X-Behave": str(status)})

        assert answer.status_code == status
        assert answer.json()["path"] == "/v1/x"


def test_what_comes_too_often_is_a_problem_that_says_when_to_come_again(strict: Edge) -> None:
    client = strict.client(headers={"Origin": "https://admin.example.com"})

    answers = [client.get("/v1/x") for _ in range(AT_ONCE + 1)]
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE + [429]
    refused = answers[-1]
    assert refused.json()["code"] == "rate_limited"
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers.get_list("retry-after") == ["60"]
    assert refused.headers["access-control-allow-origin"] == "https://admin.example.com"
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


def test_a_page_of_another_origin_may_not_read_why(strict: Edge) -> None:
    client = strict.client(headers={"Origin": "https://evil.example"})

    answers = [client.get("/v1/x") for _ in range(AT_ONCE + 1)]
    assert answers[-1].status_code == 429
    assert not [name for name in answers[-1].headers if name.startswith("access-control")]


def test_proofs_are_counted_apart_and_more_strictly(strict: Edge) -> None:
    """Each path is asked from an address of its own: three times, which is once too often."""
    client = strict.balanced()
    refused = set()
    paths = posted()
    for number, path in enumerate(paths):
        headers = {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250 + 1}"}
        codes = [client.post(path, headers=headers).status_code for _ in range(AT_ONCE)]
        assert codes[:-1] == [200] * (AT_ONCE - 1), path
        if codes[-1] == 429:
            refused.add(path)

    assert {path for path in paths if path.startswith(PROVING)} - refused == UNHURRIED
    pages = {path for path in paths if path.count("/") == 1}
    assert pages <= refused
    assert not refused & {"/v1/organizations", "/ofrep/v1/evaluate/flags", "/v1/me/export"}


@pytest.mark.parametrize("path", ["//v1/auth/login", "/v1/%61uth/login", "/x/../v1/auth/login"])
def test_no_spelling_of_a_path_gets_around_that(strict: Edge, path: str) -> None:
    asking = ["--path-as-is", "--request", "POST", "--write-out", "\n%{response_code}"]
    codes = [strict.curl(*asking, f"{strict.url}{path}").split()[-1] for _ in range(AT_ONCE)]

    assert codes == ["200", "200", "429"]


def test_looking_at_a_form_is_no_proof(strict: Edge) -> None:
    client = strict.client()

    codes = [client.get("/forgot-password").status_code for _ in range(AT_ONCE)]
    assert codes == [200] * AT_ONCE


def test_whoever_has_an_ipv6_network_is_counted_as_one(strict: Edge) -> None:
    client = strict.balanced()

    def asked(address: str) -> int:
        return client.post("/v1/auth/login", headers={"X-Forwarded-For": address}).status_code

    own = ["2001:db8:0:1::1", "2001:db8:0:2::ffff", "2001:db8::a:0"]
    assert [asked(address) for address in own] == [200, 200, 429]
    assert asked("2001:db8:0:1001::1") == 200
    others = [f"198.51.100.{number}" for number in range(AT_ONCE)]
    assert [asked(address) for address in others] == [200] * AT_ONCE


def test_stripe_may_come_as_often_as_it_likes(strict: Edge) -> None:
    client = strict.client()

    paths = ["/v1/billing/webhooks/stripe"] * (AT_ONCE * 3)
    assert {client.post(path).status_code for path in paths} == {200}


def test_connections_of_one_client_are_bounded(
    upstream: Upstream, certificate: Certificate
) -> None:
    with Edge(upstream.address, certificate, MAX_CONN="1") as edge:
        with edge.client().stream("GET", STREAM, headers={"X-Behave": "drip"}) as held:
            assert held.status_code == 200
            refused = edge.client().get("/v1/x")
            upstream.released.set()
        assert refused.status_code == 429
        assert refused.json()["code"] == "rate_limited"


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "//metrics", "/%6detrics", "/v1/../metrics", "/v1/%2e%2e/metrics"),
        *("/dev", "/dev/", "/dev/mails", "//dev//mails", "/%64ev/mails", "/dev%2Fmails"),
        *("/./dev/mails", "/metrics?x=1", "/dev/checkout/1"),
    ],
)
def test_what_is_for_insiders_is_refused_however_it_is_spelled(
    edge: Edge, upstream: Upstream, path: str
) -> None:
    told = edge.curl("--path-as-is", "--write-out", "\n%{response_code}", f"{edge.url}{path}")

    assert told.splitlines()[-1] == "404"
    assert '"code":"not_found"' in told
    assert not upstream.asked.is_set()


def test_a_path_that_json_would_have_to_escape_stays_out_of_the_answer(edge: Edge) -> None:
    answer = edge.client().post('/v1/"\\,"status":200,"x":"', headers={"X-Behave": "close"})

    assert answer.status_code == 502
    assert answer.json()["status"] == 502


def test_codes_are_those_of_the_reference_and_titles_those_of_the_service(edge: Edge) -> None:
    page = PAGE.read_text()
    template = edge.configuration.read_text()
    codes = template.partition("map $status $edge_code {")[2].partition("}")[0]

    for line in codes.strip().splitlines():
        status, code = line.strip(" ;").split()
        if status != "default":
            assert f"| `{code}` | {status} |" in page, code
    for error in (ContentTooLarge, RateLimited, NotFound, Unavailable):
        assert f'{status_of(error).value} "{error.title}";' in template
