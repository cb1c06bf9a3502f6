"""One trace runs from a request to what it leads to elsewhere: a payment, a file in the store."""

import base64
import hashlib
import re
import time
from collections.abc import Iterator

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.infra.observability import used
from tests.infra.observability.used import BACK, Installation
from tests.integration import seaweed
from tests.integration.collector import Collector
from tests.integration.files import Files, sent
from tests.integration.reader import PAGES
from tests.integration.service import PATIENCE
from tests.stripe.server import API_KEY
from tests.stripe.webhooks import SECRET, deliver

LARGE = 64 * 1024 * 1024 + 1
"""More than is hashed while the client waits: a job does it."""

PAGE = PAGES / "traces.md"
CLIENT = Span.SpanKind.SPAN_KIND_CLIENT


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector().listening() as collector:
        yield collector


@pytest.fixture(scope="module")
def traced(
    collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Everything is traced; files lie at a real S3 server, in one piece."""
    with seaweed.running(tmp_path_factory.mktemp("seaweed")) as url:
        settings = {
            name.removeprefix("CORE_").lower(): value
            for name, value in seaweed.settings(url).items()
        }
        with used.installation(
            tmp_path_factory.mktemp("traced"),
            variables=collector.variables,
            trace_sample_ratio="1",
            storage_multipart_threshold=str(2 * LARGE),
            **settings,
        ) as started:
            yield started


def names(line: list[Span]) -> list[str]:
    return [one.name for one in line]


def attributes(span: Span) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


def test_what_stripe_tells_is_one_trace_to_what_stripe_is_asked(
    traced: Installation, collector: Collector
) -> None:
    owner = traced.service.person()
    at = f"/v1/organizations/{owner.organization()}/billing"
    body = {"price_lookup_key": "team_monthly", "success_url": BACK, "cancel_url": BACK}
    opened = owner.http.post(f"{at}/checkout-sessions", json=body)
    assert opened.status_code == 201, opened.text
    traced.stripe.do(traced.stripe.checkouts.pay(opened.json()["id"]))

    assert set(deliver(traced.service, traced.stripe)) == {200}

    told = "POST /v1/billing/webhooks/stripe"
    line = collector.line(told, "billing.stripe.subscriptions.of")
    assert names(line) == [
        told,
        "use case ReceiveEvent",
        "defer billing.work_off_events",
        "job billing.work_off_events",
        "use case WorkOffEvents",
        "billing.stripe.subscriptions.of",
    ]
    assert len({one.trace_id for one in line}) == 1
    assert (line[-1].kind, attributes(line[-1])) == (CLIENT, {"server.address": "127.0.0.1"})
    kept = collector.line(told, "INSERT billing.inbox")
    assert names(kept) == [told, "use case ReceiveEvent", "INSERT billing.inbox"]


def test_a_large_upload_is_one_trace_to_the_job_that_reads_it_from_the_store(
    traced: Installation, collector: Collector
) -> None:
    files, data = Files(traced.service), b"a" * LARGE
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    opened = files.announce(data, checksum_sha256=digest)
    assert sent(opened, data).status_code == 200
    completed = files.complete(opened)
    assert completed.json()["status"] == "verifying", completed.text

    complete = "POST /v1/organizations/{organization_id}/storage/uploads/{upload_id}/complete"
    line = collector.line(complete, "S3.GetObject")
    assert names(line) == [
        complete,
        "use case CompleteUpload",
        "defer storage.settle_upload",
        "job storage.settle_upload",
        "use case SettleUpload",
        "S3.GetObject",
    ]
    assert len({one.trace_id for one in line}) == 1
    assert (line[-1].kind, attributes(line[-1])) == (
        CLIENT,
        {
            "rpc.system": "aws-api",
            "rpc.service": "S3",
            "rpc.method": "GetObject",
            "aws.s3.bucket": seaweed.BUCKET,
        },
    )
    for inside in ("S3.HeadObject", "WITH storage.objects"):
        assert names(collector.line(complete, inside))[:2] == names(line)[:2]


def test_every_span_that_the_page_names_is_one_that_comes(
    traced: Installation, collector: Collector
) -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)
    here = set(rows) - {"POST"}  # what is asked of strangers: tests/integration/test_outbound.py
    assert len(here) == len(rows) - 1 >= 7

    traced.service.person()
    deadline = time.monotonic() + PATIENCE
    while missing := here - {one.name for one in collector.spans}:
        assert time.monotonic() < deadline, missing
        time.sleep(0.1)


def test_no_span_tells_a_secret_or_who_it_was(traced: Installation, collector: Collector) -> None:
    somebody = traced.service.person()
    collector.awaited("POST /v1/auth/login", bool)
    told = " ".join(str(one) for one in collector.spans)

    for secret in (API_KEY, SECRET, seaweed.SECRET_KEY, seaweed.ACCESS_KEY, somebody.email):
        assert secret not in told
    assert "notes.txt" not in told
