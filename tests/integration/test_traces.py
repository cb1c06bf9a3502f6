"""One trace runs from the request through its use case and its SQL to the job it left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.collector import Collector
from tests.integration.service import Person, Service


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector().listening() as collector:
        yield collector


def test_a_registration_is_one_trace_to_the_mail_it_sends(
    tmp_path: Path, collector: Collector
) -> None:
    traced = Service(tmp_path, trace_sample_ratio="1")
    traced.environment |= collector.variables
    with traced:
        bob = Person(traced, "bob@example.com")
        bob.register()
        traced.mailed_token(bob.email, "/verify-email")
        collector.awaited(
            "POST /v1/auth/register",
            {
                "POST /v1/auth/register",
                "use case RegisterUser",
                "INSERT accounts.users",
                "defer mails.send",
                "job mails.send",
                "use case SendMail",
            }.issubset,
        )

    told = " ".join(str(one) for one in collector.spans)
    assert bob.email not in told
