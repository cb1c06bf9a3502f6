"""What is asked of a property, as SQL.

Statements are put together of words that are here; whatever is somebody's is a parameter.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal

from adapters.clickhouse.values import TEXT, kept
from core.stats.conditions import Condition, kind

ATTRIBUTES: Final = {
    "$name": "concat('\"', name)",
    "$subject": "ifNull(concat('\"', subject), '')",
    "$session": "ifNull(concat('\"', session), '')",
    "$source": "ifNull(concat('\"', source), '')",
}
COMPARISONS: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

type Type = Literal["String", "UUID", "Int64", "UInt64", "UInt128", "Array(Int64)", "Array(UUID)"]


class Asking:
    """Fills a statement's parameters while it is written."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}

    def given(self, value: object, of: Type = "String") -> str:
        """Return what stands for a value."""
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"{{{name}:{of}}}"

    def seen(self, key: str) -> str:
        """Return a property or attribute as it is kept; no text at all if it is not there."""
        return ATTRIBUTES.get(key) or f"props[{self.given(key)}]"

    def number(self, key: str) -> str:
        """Return a number of up to 46 digits and 30 after the point; NULL if it is none."""
        return _number(self.seen(key))

    def text(self, key: str) -> str:
        """Return how a group is called."""
        seen = self.seen(key)
        return (
            f"multiIf({seen} = 'null', '', startsWith({seen}, '\"'), substring({seen}, 2), {seen})"
        )

    def member(self, key: str) -> str:
        """Return who or what is counted once; NULL if it is nobody."""
        return f"if({self.seen(key)} IN ('', 'null'), NULL, {self.text(key)})"

    def holds(self, conditions: Iterable[Condition]) -> str:
        """Return whether all of it is so."""
        return " AND ".join(("true", *(f"({self._holds(one)})" for one in conditions)))

    def _holds(self, condition: Condition) -> str:
        seen, wanted = self.seen(condition.property), condition.value
        match condition.op:
            case "exists":
                return f"{seen} != ''" if wanted else f"{seen} = ''"
            case "eq":
                return self._equal(seen, wanted)
            case "ne":
                return f"NOT ({self._equal(seen, wanted)})"
            case "in":
                many = wanted if isinstance(wanted, tuple) else (wanted,)
                return " OR ".join(self._equal(seen, one) for one in many)
            case "starts_with":
                return f"startsWith({seen}, {self.given(kept(wanted))})"
            case _:
                return self._ordered(seen, COMPARISONS[condition.op], wanted)

    def _equal(self, seen: str, wanted: object) -> str:
        if kind(wanted) == "number":
            return self._ordered(seen, "=", wanted)
        return f"{seen} = {self.given(kept(wanted))}"

    def _ordered(self, seen: str, comparison: str, wanted: object) -> str:
        given = self.given(kept(wanted))
        if kind(wanted) == "number":
            return f"ifNull({_number(seen)} {comparison} {_number(given)}, false)"
        return f"startsWith({seen}, '{TEXT}') AND {seen} {comparison} {given}"


def _number(seen: str) -> str:
    return f"toDecimal256OrNull({seen}, 30)"


def micros(given: str) -> str:
    """Return a moment that was given in microseconds."""
    return f"fromUnixTimestamp64Micro({given}, 'UTC')"
