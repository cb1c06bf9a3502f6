from typing import Final

from adapters.clickhouse.database import Database
from core.models import OrganizationId

ERASE: Final = "DELETE FROM stats_events WHERE organization_id = {organization_id:UUID}"


class OrganizationEvents:
    """The events of organizations: no row of PostgreSQL's takes them along when it goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase(self, organization_id: OrganizationId) -> None:
        """Remove all of them. Once they are gone, doing so again is fine."""
        await self._database.do(ERASE, {"organization_id": organization_id})
