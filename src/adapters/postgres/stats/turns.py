from adapters.postgres.database import Database
from core.models import OrganizationId


class StatsTurns:
    """Lets one in at a time who keeps events of an organization elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, organization_id: OrganizationId) -> None:
        """Wait until nobody else is in; whoever is in leaves as the transaction ends."""
        await self._database.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"stats/events/{organization_id}"},
            scope=organization_id,
        )
