"""Who is served which variant of a split."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.management.flags import splitting
from core.management.flags.constants import BUCKETS, PIECES

NAMES = ("a", "b", "c", "off")

type Weights = dict[str, int]


@st.composite
def weightings(draw: st.DrawFn) -> Weights:
    """Weights of some of the variants, all buckets together."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    cuts = sorted(draw(st.integers(0, BUCKETS)) for _ in names[1:])
    edges = [0, *cuts, BUCKETS]
    return {name: end - start for name, (start, end) in zip(names, pairwise(edges), strict=True)}


def owners(pieces: splitting.Pieces) -> list[str]:
    return [name for name, count in pieces for _ in range(count)]


def test_a_bucket_is_the_hash_of_key_and_person() -> None:
    # printf 'new-checkout|user-1' | sha256sum, and the remainder of that by 10,000
    assert splitting.bucket("new-checkout", "user-1") == 2875
    assert splitting.bucket("other", "user-1") != 2875
    assert 0 <= splitting.bucket("new-checkout", "\ud800ä") < BUCKETS


@given(weightings())
def test_a_split_has_just_the_weights_that_are_wanted(wanted: Weights) -> None:
    pieces = splitting.laid(wanted, rest="off")

    assert splitting.weights(pieces) == wanted
    assert len(owners(pieces)) == BUCKETS
    assert splitting.laid(dict(reversed(wanted.items())), rest="off") == pieces
    assert all(one[0] != other[0] for one, other in pairwise(pieces))


@given(weightings(), st.integers(0, BUCKETS - 1))
def test_a_bucket_is_of_the_piece_that_it_lies_in(wanted: Weights, place: int) -> None:
    pieces = splitting.laid(wanted, rest="off")

    assert splitting.served(pieces, place) == owners(pieces)[place]
    ends = accumulate(count for _, count in pieces)
    assert list(ends)[-1] == BUCKETS


@given(st.lists(weightings(), min_size=2, max_size=12), st.sampled_from([*NAMES, "none"]))
@settings(deadline=None)
def test_nobody_loses_a_variant_whose_part_does_not_shrink(steps: list[Weights], rest: str) -> None:
    """However often, and whatever becomes of all others meanwhile."""
    pieces = splitting.laid(steps[0], rest=rest)
    for before, after in pairwise(steps):
        had = owners(pieces)
        pieces = splitting.laid(after, pieces, rest=rest)
        has = owners(pieces)

        assert splitting.weights(pieces) == after
        lost = dict.fromkeys(NAMES, 0)
        for one, other in zip(had, has, strict=True):
            lost[one] += one != other
        assert lost == {name: max(0, before.get(name, 0) - after.get(name, 0)) for name in NAMES}


@given(st.integers(0, BUCKETS), st.integers(0, BUCKETS))
def test_a_switch_that_is_turned_up_and_down_again_is_as_it_was(one: int, other: int) -> None:
    first = splitting.laid({"on": one, "off": BUCKETS - one}, rest="off")
    second = splitting.laid({"on": other, "off": BUCKETS - other}, first, rest="off")

    assert splitting.laid({"on": one, "off": BUCKETS - one}, second, rest="off") == first
    assert second == splitting.laid({"on": other, "off": BUCKETS - other}, rest="off")


def test_another_part_that_grows_takes_nobody_from_a_third() -> None:
    first = splitting.laid({"a": 1000, "b": 1000, "off": 8000}, rest="off")
    second = splitting.laid({"a": 2000, "b": 1000, "off": 7000}, first, rest="off")

    assert first == (("a", 1000), ("b", 1000), ("off", 8000))
    assert second == (("a", 1000), ("b", 1000), ("a", 1000), ("off", 7000))


def test_a_split_that_was_changed_all_too_often_is_laid_out_afresh() -> None:
    torn = tuple(("ab"[n % 2], 10) for n in range(1000))
    assert len(torn) > PIECES

    assert splitting.laid({"a": 5000, "b": 5000}, torn) == (("a", 5000), ("b", 5000))


def test_pieces_that_leave_somebody_out_are_none() -> None:
    with pytest.raises(ValueError, match="all buckets"):
        splitting.served((("a", 1),), 1)
