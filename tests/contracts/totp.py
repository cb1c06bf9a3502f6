"""What every adapter of the port of authenticator apps' codes must do."""

from datetime import UTC, datetime, timedelta
from string import ascii_uppercase
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.mfa.ports import Totp
from tests.factories import NOW

STEP = timedelta(seconds=30)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238's appendix B, which is "12345678901234567890" in base32."""


class TotpContract:
    def made(self) -> Totp:
        raise NotImplementedError

    def code(self, secret: str, at: datetime) -> str:
        """Return what an app that knows the secret shows."""
        raise NotImplementedError

    @pytest.mark.parametrize(
        ("seconds", "code"),
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
            (20000000000, "353130"),
        ],
    )
    def test_codes_are_those_of_the_standard(self, seconds: int, code: str) -> None:
        at = datetime.fromtimestamp(seconds, UTC)

        assert self.made().step(RFC_SECRET, code, at) == seconds // 30
        assert self.code(RFC_SECRET, at) == code

    @pytest.mark.parametrize(("late", "counts"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
    def test_a_code_counts_a_step_early_and_a_step_late(self, late: int, counts: int) -> None:
        totp, current = self.made(), int(NOW.timestamp()) // 30
        code = self.code(RFC_SECRET, NOW + late * STEP)

        assert totp.step(RFC_SECRET, code, NOW) == (current + late if counts else None)

    @given(st.text(max_size=20))
    def test_nothing_else_counts(self, text: str) -> None:
        totp = self.made()
        near = {self.code(RFC_SECRET, NOW + late * STEP) for late in (-1, 0, 1)}

        assert totp.step(RFC_SECRET, text, NOW) is None or text in near

    def test_secrets_differ_and_are_long_enough(self) -> None:
        totp = self.made()
        secrets = {totp.secret() for _ in range(50)}

        assert len(secrets) == 50
        assert {len(one) * 5 for one in secrets} == {160}  # bits, as RFC 4226 4 recommends
        assert set("".join(secrets)) <= set(f"{ascii_uppercase}234567")

    def test_the_address_names_the_account_as_apps_read_it(self) -> None:
        address = self.made().address(RFC_SECRET, account="ada@example.com", issuer="Core & Söhne")

        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
        assert unquote(parts.path) == "/Core & Söhne:ada@example.com"
        assert parse_qs(parts.query) == {"secret": [RFC_SECRET], "issuer": ["Core & Söhne"]}
