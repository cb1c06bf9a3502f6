from collections.abc import Iterator

import pytest

from tests.infra.nginx import certificates
from tests.infra.nginx.certificates import Certificate
from tests.infra.nginx.edge import Edge
from tests.infra.nginx.upstream import Upstream
from tests.integration.service import Service

WEBHOOK_SECRET = "whsec_edge"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificates.made(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as started:
        yield started


@pytest.fixture
def edge(upstream: Upstream, certificate: Certificate) -> Iterator[Edge]:
    """NGINX in front of what obeys; with timeouts that a test can wait for."""
    with Edge(upstream.address, certificate, READ_TIMEOUT="1s", UPLOAD_TIMEOUT="1s") as started:
        yield started


@pytest.fixture(scope="session")
def fronted(
    tmp_path_factory: pytest.TempPathFactory, certificate: Certificate
) -> Iterator[tuple[Service, Edge]]:
    """The real service, and NGINX in front of it."""
    service = Service(
        tmp_path_factory.mktemp("service"),
        trusted_proxies="127.0.0.1",
        stripe_webhook_secrets=WEBHOOK_SECRET,
        cors_origins="https://app.example.com",
    )
    edge = Edge(
        f"127.0.0.1:{service.port}",
        certificate,
        CORS_ORIGINS="https://app.example.com,https://admin.example.com",
    )
    service.environment["CORE_PUBLIC_URL"] = edge.url
    with service, edge:
        yield service, edge
