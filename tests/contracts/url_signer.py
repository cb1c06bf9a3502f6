"""What every adapter of UrlSigner must do."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from core.storage import ports
from core.storage.models import SignedRequest
from tests.clock import FakeClock
from tests.contracts.stores import digest, new_key

QUARTER = timedelta(minutes=15)
SHA256 = digest(b"hello")
BASE64 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="


def put(signer: ports.UrlSigner, key: str, lifetime: timedelta = QUARTER) -> SignedRequest:
    return signer.put(key, size=5, content_type="text/plain", sha256=None, lifetime=lifetime)


class UrlSignerContract:
    def test_an_upload_names_every_header_that_has_to_be_sent(
        self, signer: ports.UrlSigner
    ) -> None:
        """But for Content-Length and Host, which every client sends by itself."""
        signed = signer.put(
            new_key(), size=5, content_type="text/plain", sha256=SHA256, lifetime=QUARTER
        )

        assert signed.method == "PUT"
        assert signed.headers == {
            "Content-Type": "text/plain",
            "If-None-Match": "*",
            "x-amz-checksum-sha256": BASE64,
        }

    def test_an_upload_without_a_checksum_sends_none(self, signer: ports.UrlSigner) -> None:
        signed = put(signer, new_key())

        assert signed.headers == {"Content-Type": "text/plain", "If-None-Match": "*"}

    def test_a_part_needs_no_header(self, signer: ports.UrlSigner) -> None:
        signed = signer.part(new_key(), "the-upload", 2, size=5, lifetime=QUARTER)

        assert (signed.method, signed.headers) == ("PUT", {})

    def test_a_download_needs_no_header(self, signer: ports.UrlSigner) -> None:
        signed = signer.get(
            new_key(),
            content_type="application/pdf",
            content_disposition="attachment; filename*=UTF-8''%C3%A4.pdf",
            lifetime=QUARTER,
        )

        assert (signed.method, signed.headers) == ("GET", {})

    def test_each_request_has_an_address_of_its_own(self, signer: ports.UrlSigner) -> None:
        key = new_key()
        signed = [
            put(signer, key),
            put(signer, new_key()),
            put(signer, key, QUARTER * 2),
            signer.put(key, size=6, content_type="text/plain", sha256=None, lifetime=QUARTER),
            signer.put(key, size=5, content_type="text/css", sha256=None, lifetime=QUARTER),
            signer.put(key, size=5, content_type="text/plain", sha256=SHA256, lifetime=QUARTER),
            *(signer.part(key, "one", number, size=5, lifetime=QUARTER) for number in (1, 2)),
            signer.part(key, "two", 1, size=5, lifetime=QUARTER),
            signer.part(key, "one", 1, size=6, lifetime=QUARTER),
        ]

        assert len({one.url for one in signed}) == len(signed)
        assert {urlsplit(one.url).scheme for one in signed} <= {"http", "https"}

    @pytest.mark.parametrize("lifetime", [timedelta(seconds=1), QUARTER, timedelta(hours=24)])
    def test_it_says_when_it_ends_and_not_a_moment_late(
        self, signer: ports.UrlSigner, clock: FakeClock, lifetime: timedelta
    ) -> None:
        clock.forward(seconds=0.9)

        ends = put(signer, new_key(), lifetime).expires_at

        assert clock.now() + lifetime - timedelta(seconds=1) < ends <= clock.now() + lifetime

    def test_nothing_is_signed_for_more_than_a_week(
        self, signer: ports.UrlSigner, clock: FakeClock
    ) -> None:
        week = timedelta(days=7)
        for lifetime in (week + timedelta(seconds=1), timedelta(days=365)):
            assert put(signer, new_key(), lifetime).expires_at <= clock.now() + week
