"""What every adapter that reads TXT records must do. Bound in tests/unit and tests/integration.

A binding has a fixture `zone`: put records into it, or stop it from answering.
"""

from typing import Protocol

import pytest

from core.accounts.sso import ports
from core.exceptions import Unavailable


class Zone(Protocol):
    """What there is to find; `up`: whether anybody answers."""

    records: dict[str, list[str]]
    up: bool


class TextRecordsContract:
    async def test_returns_every_record_of_a_name(
        self, text_records: ports.TextRecords, zone: Zone
    ) -> None:
        zone.records["_core.example.com"] = ["core-verify=abc", "v=spf1 -all"]

        found = await text_records.of("_core.example.com")

        assert sorted(found) == ["core-verify=abc", "v=spf1 -all"]

    async def test_puts_a_long_record_together(
        self, text_records: ports.TextRecords, zone: Zone
    ) -> None:
        zone.records["example.com"] = ["core-verify=" + "x" * 600]

        assert await text_records.of("example.com") == ["core-verify=" + "x" * 600]

    @pytest.mark.parametrize("name", ["EXAMPLE.com", "example.com."])
    async def test_a_name_is_the_same_however_it_is_written(
        self, text_records: ports.TextRecords, zone: Zone, name: str
    ) -> None:
        zone.records["example.com"] = ["here"]

        assert await text_records.of(name) == ["here"]

    @pytest.mark.parametrize(
        "name", ["nowhere.example.com", "a..b", "x" * 64 + ".example.com", "a." * 200, "", "\\"]
    )
    async def test_a_name_that_is_not_there_has_none(
        self, text_records: ports.TextRecords, zone: Zone, name: str
    ) -> None:
        zone.records["example.com"] = ["here"]

        assert await text_records.of(name) == []

    async def test_says_so_if_nobody_answers(
        self, text_records: ports.TextRecords, zone: Zone
    ) -> None:
        zone.up = False

        with pytest.raises(Unavailable):
            await text_records.of("example.com")
