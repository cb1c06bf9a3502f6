"""Who was there, in two kilobytes: HyperLogLog (https://datasketches.apache.org).

The library brings numpy, so it is loaded by the first who counts that way.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

SIZE: Final = 12
"""2 to the power of it registers: 1.6 % of error, and none among a few."""


def grown(sketch: bytes | None, members: Iterable[str]) -> bytes:
    """Return a sketch that has seen those as well."""
    import datasketches

    one = datasketches.hll_sketch.deserialize(sketch) if sketch else datasketches.hll_sketch(SIZE)
    for member in members:
        one.update(member)
    return bytes(one.serialize_compact())


class Union:
    """All that several sketches have seen."""

    def __init__(self) -> None:
        import datasketches

        self._union: Any = datasketches.hll_union(SIZE)

    def add(self, sketch: bytes) -> None:
        import datasketches

        self._union.update(datasketches.hll_sketch.deserialize(sketch))

    @property
    def sketch(self) -> bytes:
        return bytes(self._union.get_result().serialize_compact())

    @property
    def estimate(self) -> Decimal:
        return Decimal(round(self._union.get_estimate()))
