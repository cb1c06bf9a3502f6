"""What the adapter for PostgreSQL remembers of flags that it read."""

from adapters.postgres.flags import Known
from core.models import OrganizationId
from tests.contracts.flags import flag
from tests.factories import new_id

ONE, OTHER, THIRD = (OrganizationId(new_id()) for _ in range(3))


def test_flags_are_known_by_the_mark_of_their_editions() -> None:
    known, flags = Known(), [flag(ONE)]

    known.keep(ONE, b"first", flags, 10)

    assert known.get(ONE, b"first") is flags
    assert known.get(ONE, b"second") is None
    assert known.get(OTHER, b"first") is None


def test_whose_flags_were_not_asked_for_longest_are_forgotten() -> None:
    known = Known(limit=20)
    known.keep(ONE, b"", [flag(ONE)], 10)
    known.keep(OTHER, b"", [flag(OTHER)], 10)
    known.get(ONE, b"")

    known.keep(THIRD, b"", [flag(THIRD)], 5)
    known.keep(THIRD, b"", [flag(THIRD)], 10)

    assert known.get(ONE, b"")
    assert known.get(OTHER, b"") is None
    assert known.get(THIRD, b"")


def test_flags_beyond_all_room_are_read_each_time() -> None:
    known = Known(limit=20)
    known.keep(ONE, b"", [flag(ONE)], 21)

    assert known.get(ONE, b"") is None
    known.keep(OTHER, b"", [flag(OTHER)], 20)
    assert known.get(OTHER, b"")
