"""Who is served which variant of a split, and stays served it while the weights change.

Everybody falls into one of ten thousand buckets, for good. Which variant has which buckets can't
be told from the weights alone, if each is to keep what it has while it grows: of three variants
any two may have half each, so each would need a half of its own. So the pieces are kept, and
another split is made of the one before: who shrinks gives up just so much, who grows takes that.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from core.management.flags.constants import BUCKETS, PIECES

type Pieces = tuple[tuple[str, int], ...]
"""Variants and how many buckets each has, as they lie beside each other from bucket 0 on."""

_NOBODY: Final = ""
FREE: Final = ((_NOBODY, BUCKETS),)
"""What no variant has yet."""


def bucket(key: str, targeting_key: str) -> int:
    """Return where somebody falls: for another flag somewhere else, so that no one is always first.

    A key has no vertical bar in it, so no two pairs are the same text.
    """
    told = f"{key}|{targeting_key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(sha256(told).digest()) % BUCKETS


def served(pieces: Pieces, place: int) -> str:
    """Return whose bucket it is."""
    for variant, count in pieces:
        place -= count
        if place < 0:
            return variant
    raise ValueError("The pieces of a split have all buckets.")


def weights(pieces: Pieces) -> dict[str, int]:
    found = dict.fromkeys((variant for variant, _ in pieces), 0)
    for variant, count in pieces:
        found[variant] += count
    return found


def laid(wanted: Mapping[str, int], before: Pieces = FREE, *, rest: str = _NOBODY) -> Pieces:
    """Return pieces of these weights, which moves nobody who need not be.

    `rest` is who is served what is left, as a rule the default: it lies behind all others and
    gives up its first buckets, they their last ones. So what grew and shrinks again is as it was.
    """
    pieces = _laid(wanted, before, rest)
    return pieces if len(pieces) <= PIECES else _laid(wanted, FREE, rest)


def _laid(wanted: Mapping[str, int], before: Pieces, rest: str) -> Pieces:
    names = sorted(wanted, key=lambda name: (name == rest, name))
    kept = _kept(wanted, before, rest)
    has = weights(kept)
    owed = [(name, wanted[name] - has.get(name, 0)) for name in names]
    pieces = list[tuple[str, int]]()
    for name, count in kept:
        if name == _NOBODY:
            taken, owed = _cut(owed, count)
            pieces += taken
        else:
            pieces.append((name, count))
    nothing = ((name, 0) for name in names if not wanted[name])
    return (*_joined(pieces), *nothing)


def _kept(wanted: Mapping[str, int], before: Pieces, rest: str) -> Pieces:
    """Return what everybody keeps: all that they had, or as much of it as they are to have."""
    others = {name: wanted.get(name, 0) for name, _ in before if name not in {rest, _NOBODY}}
    kept = _shrunk(before, others)
    return _joined(reversed(_shrunk(reversed(kept), {rest: wanted.get(rest, 0)})))


def _shrunk(pieces: Iterable[tuple[str, int]], left: dict[str, int]) -> list[tuple[str, int]]:
    """Free what somebody has beyond what is left to them; whom it does not name stays whole."""
    shrunk = list[tuple[str, int]]()
    for name, count in pieces:
        keeps = min(count, left.get(name, count))
        if name in left:
            left[name] -= keeps
        shrunk += [(name, keeps), (_NOBODY, count - keeps)]
    return shrunk


def _cut(
    pieces: list[tuple[str, int]], count: int
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the first so many buckets, and all behind them."""
    first, behind = list[tuple[str, int]](), list[tuple[str, int]]()
    for name, size in pieces:
        part = min(size, count)
        count -= part
        first.append((name, part))
        behind.append((name, size - part))
    return first, behind


def _joined(pieces: Iterable[tuple[str, int]]) -> Pieces:
    joined = list[tuple[str, int]]()
    for name, count in pieces:
        if joined and joined[-1][0] == name:
            joined[-1] = (name, joined[-1][1] + count)
        elif count:
            joined.append((name, count))
    return tuple(joined)
