from typing import Protocol

from core.management.switches.models import Switch


class Switches(Protocol):
    async def all(self) -> list[Switch]:
        """Return those that somebody has ever set."""

    async def put(self, switch: Switch) -> None: ...
