"""What is taken for news of the payment provider, and what is not."""

import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import WebhookSignature

from adapters.stripe import WebhookVerifier
from core.billing import exceptions
from tests.factories import NOW

SECRET, OLDER = "whsec_new", "whsec_old"
AT = int(NOW.timestamp())
VERIFIER = WebhookVerifier([SECRET, OLDER])


def event(**fields: Any) -> bytes:
    known: dict[str, Any] = {
        "id": "evt_1",
        "object": "event",
        "type": "customer.subscription.updated",
        "created": AT,
        "livemode": False,
        "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_1"}},
    }
    return json.dumps(known | fields).encode()


def signed(body: bytes, secret: str = SECRET, at: int = AT) -> str:
    """Sign as the provider's own library does."""
    header: str = WebhookSignature.generate_signature_header(
        body.decode("utf-8", "surrogateescape"), secret, timestamp=at
    )
    return header


def test_an_event_that_is_signed_is_read() -> None:
    found = VERIFIER.verified(body := event(), signed(body), NOW)

    assert (found.id, found.type, found.customer_id) == (
        "evt_1",
        "customer.subscription.updated",
        "cus_1",
    )
    assert found.created_at == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    ("thing", "customer_id"),
    [
        ({"object": "customer", "id": "cus_2"}, "cus_2"),
        ({"object": "invoice", "id": "in_1", "customer": {"id": "cus_3"}}, "cus_3"),
        ({"object": "invoice", "customer": None}, None),
        ({"object": "price", "id": "price_1"}, None),
    ],
)
def test_whom_it_is_about_is_found(thing: dict[str, Any], customer_id: str | None) -> None:
    body = event(data={"object": thing})

    assert VERIFIER.verified(body, signed(body), NOW).customer_id == customer_id


@pytest.mark.parametrize("secret", [SECRET, OLDER])
@pytest.mark.parametrize("off", [-300, 0, 300])
def test_each_secret_counts_and_so_does_a_clock_that_is_a_little_off(secret: str, off: int) -> None:
    body = event()

    assert VERIFIER.verified(body, signed(body, secret, AT + off), NOW).id == "evt_1"


def test_of_several_signatures_one_that_fits_is_enough() -> None:
    body = event()
    header = f"t={AT},v1={'0' * 64},{signed(body).partition(',')[2]},v0=abc"

    assert VERIFIER.verified(body, header, NOW).id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "garbage",
        "t=,v1=",
        f"t={AT}",
        f"t={AT},v1=",
        f"t={AT},v1={'0' * 64}",
        f"t={AT},v0={'0' * 64}",
        f"v1={'0' * 64}",
        f"t=-{AT},v1=00",
        f"t={AT}.0,v1=00",
        f"t={'9' * 400},v1=00",
        "t=\u0661\u0662,v1=\u00e4\u00f6",
        "t=12\ud800,v1=\ud800",
        signed(event(), "whsec_wrong"),
        signed(event(), at=AT - 301),
        signed(event(), at=AT + 301),
        signed(event(id="evt_2")),
        f"t={AT},{signed(event())}",
    ],
)
def test_what_is_not_signed_so_is_refused(header: str | None) -> None:
    with pytest.raises(exceptions.InvalidSignature):
        VERIFIER.verified(event(), header, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b"not json",
        b"\xff\xfe",
        b'{"object": "event"}',
        b"[" * 100_000,
        event(object="v2.core.event"),
        event(id=None),
        event(id=1),
        event(id=""),
        event(id="x" * 300),
        event(id="a\nb"),
        event(type=[]),
        event(created="now"),
        event(created=10**30),
        event(livemode="yes please"),
        event(data=None),
        event(data={"object": []}),
        event(data={"object": {"object": "customer"}}),
        event(data={"object": {"customer": {"name": "x"}}}),
    ],
)
def test_what_is_signed_and_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(exceptions.InvalidEvent):
        VERIFIER.verified(body, _signed_bytes(body), NOW)


def _signed_bytes(body: bytes) -> str:
    digest = hmac.digest(SECRET.encode(), f"{AT}.".encode() + body, "sha256").hex()
    return f"t={AT},v1={digest}"


@given(body=st.binary(max_size=200), header=st.text(max_size=200))
def test_no_bytes_and_no_header_break_anything(body: bytes, header: str) -> None:
    for sent in (header, _signed_bytes(body)):
        with pytest.raises((exceptions.InvalidSignature, exceptions.InvalidEvent)):
            VERIFIER.verified(body, sent, NOW)


def test_without_a_secret_nothing_is_taken() -> None:
    nobody = WebhookVerifier([""])

    assert not nobody.enabled
    with pytest.raises(exceptions.InvalidSignature):
        nobody.verified(event(), signed(event(), ""), NOW)
