from typing import Any, Protocol

from core.models import Actor


class Subscribers(Protocol):
    """Who listens to what: modules do not know each other, the composition root introduces them."""

    def of(self, topic: str) -> list[str]:
        """Return the names of those who listen to a topic."""

    async def tell(
        self, subscriber: str, topic: str, payload: dict[str, Any], actor: Actor
    ) -> None:
        """Hand an event to one of them."""
