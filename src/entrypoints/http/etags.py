"""Versions of things as entity tags (RFC 9110 8.8.3), so that nobody overwrites unseen changes."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from core.exceptions import VersionMismatch

NONE_OF_OURS: Final = -1
"""A version that nothing has: 412 is said after all that is wrong with the request itself."""


def tag(response: Response, version: int | None) -> None:
    """Say which version was answered; what has none never changes."""
    if version is not None:
        response.headers["ETag"] = f'"{version}"'


async def _expected(
    if_match: Annotated[
        str | None, Header(description="The ETag that was read: 412 if it is not current.")
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"v?(\d{1,9})"\s*', if_match)
    return NONE_OF_OURS if found is None else int(found[1])


ExpectedVersion = Annotated[int | None, Depends(_expected)]


async def _only_new(
    if_none_match: Annotated[
        str | None, Header(description="`*`: 412 if it is there already.")
    ] = None,
) -> bool:
    if if_none_match is not None and if_none_match.strip() != "*":
        raise VersionMismatch("If-None-Match is * here: write only what is not there yet.")
    return if_none_match is not None


OnlyNew = Annotated[bool, Depends(_only_new)]
