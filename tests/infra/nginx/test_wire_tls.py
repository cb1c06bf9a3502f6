"""TLS, HTTP/2, and where plain http leads."""

import socket
import ssl
from collections.abc import Iterator

import httpx
import pytest

from tests.infra.nginx.certificates import Certificate
from tests.infra.nginx.edge import NAME, Edge
from tests.infra.nginx.upstream import Upstream


@pytest.fixture(scope="module")
def edge(certificate: Certificate) -> Iterator[Edge]:
    with Upstream() as upstream, Edge(upstream.address, certificate, READ_TIMEOUT="1s") as started:
        yield started


def handshake(edge: Edge, context: ssl.SSLContext) -> tuple[str | None, str | None]:
    """Return the version of TLS and the protocol that were agreed upon."""
    with (
        socket.create_connection(("127.0.0.1", edge.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as secured,
    ):
        return secured.version(), secured.selected_alpn_protocol()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_current_versions_of_tls_are_spoken(edge: Edge, version: ssl.TLSVersion) -> None:
    context = edge.context()
    context.minimum_version = context.maximum_version = version

    assert handshake(edge, context)[0] == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_older_ones_are_not(edge: Edge) -> None:
    context = edge.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError, match=r"protocol version|unsupported|no protocols"):
        handshake(edge, context)


def test_ciphers_without_forward_secrecy_are_not(edge: Edge) -> None:
    context = edge.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES256-SHA:AES128-GCM-SHA256")

    with pytest.raises(ssl.SSLError, match="handshake failure"):
        handshake(edge, context)


def test_http_2_is_agreed_upon_and_spoken(edge: Edge) -> None:
    context = edge.context()
    context.set_alpn_protocols(["h2", "http/1.1"])

    assert handshake(edge, context)[1] == "h2"
    told = edge.curl("--http2", "--write-out", "\n%{http_version}", f"{edge.url}/v1/x")
    assert told.splitlines()[-1] == "2"


def test_a_body_that_is_too_large_is_refused_over_http_2_too(edge: Edge) -> None:
    large = edge.folder / "large"
    large.write_bytes(b"x" * (2 << 20))

    told = edge.curl(
        *("--http2", "--data-binary", f"@{large}", "--output", str(edge.folder / "answer")),
        *("--write-out", "%{http_version} %{response_code}", f"{edge.url}/v1/x"),
    )

    assert told == "2 413"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_plain_http_leads_to_https_under_the_one_name(edge: Edge, method: str) -> None:
    answer = httpx.request(
        method, f"{edge.plain_url}/v1/x?y=1&z=%2F", headers={"Host": "evil.example"}
    )

    assert answer.status_code == 308
    assert answer.headers["location"] == f"https://{NAME}/v1/x?y=1&z=%2F"
    assert "strict-transport-security" not in answer.headers  # RFC 6797 7.2


def test_a_challenge_of_an_acme_server_is_answered_over_plain_http(edge: Edge) -> None:
    folder = edge.folder / "acme" / ".well-known" / "acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token").write_text("answer")
    at = f"{edge.plain_url}/.well-known/acme-challenge"

    assert httpx.get(f"{at}/token").text == "answer"
    assert httpx.get(f"{at}/other").status_code == 404
    assert httpx.get(f"{at}/../../../nginx.conf").status_code == 308


def test_another_name_is_refused_but_for_probes(edge: Edge) -> None:
    client = edge.client(headers={"Host": "evil.example"})

    answer = client.get("/v1/x")
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "misdirected_request"
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert client.get("/metrics").status_code == 421
    assert client.get("/livez").json()["path"] == "/livez"
    assert client.get("/readyz").json()["path"] == "/readyz"
