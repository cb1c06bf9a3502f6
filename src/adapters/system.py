"""The machine's own clock and randomness."""

from datetime import UTC, datetime
from typing import override
from uuid import UUID

from uuid_utils.compat import uuid7

from core import ports


class Clock(ports.Clock):
    @override
    def now(self) -> datetime:
        return datetime.now(UTC)


class Ids(ports.Ids):
    @override
    def new(self) -> UUID:
        return uuid7()
