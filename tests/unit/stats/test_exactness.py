"""A number is what is written, in every store."""

from decimal import Decimal
from typing import Any

import pytest

from core.stats import metering
from core.stats.conditions import Condition, hold


@pytest.mark.parametrize(
    ("found", "op", "wanted", "holds"),
    [
        (2**63, "eq", float(2**63), False),  # 9.223372036854776e+18 is 9223372036854776000
        (9223372036854776000, "eq", float(2**63), True),
        (2**63, "lt", float(2**63), True),
        (1, "eq", 1.0, True),
        (0.1, "lte", 0.1, True),
    ],
)
def test_numbers_are_compared_as_they_are_written(
    found: Any, op: Any, wanted: Any, *, holds: bool
) -> None:
    assert hold((Condition(property="n", op=op, value=wanted),), {"n": found}) is holds


def test_there_is_one_nought() -> None:
    assert metering.text(-0.0) == metering.text(0.0) == "0.0"


def test_a_sum_keeps_the_last_digit_of_each() -> None:
    assert metering.total([Decimal("1e30"), Decimal("1e-9")]) == Decimal(
        "1000000000000000000000000000000.000000001"
    )
