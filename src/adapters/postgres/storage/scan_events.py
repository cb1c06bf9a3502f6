from datetime import datetime
from typing import override

from adapters.postgres.database import Database
from core.models import OrganizationId
from core.storage import ports
from core.storage.models import ObjectId, Verdict


class ScanEvents(ports.ScanEvents):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def add(
        self,
        organization_id: OrganizationId,
        event_id: str,
        object_id: ObjectId,
        verdict: Verdict,
        at: datetime,
    ) -> bool:
        added = await self._database.execute(
            """
            INSERT INTO storage.scan_events
                   (organization_id, event_id, object_id, verdict, received_at)
            VALUES (%(organization_id)s, %(event_id)s, %(object_id)s, %(verdict)s, %(at)s)
            ON CONFLICT (organization_id, event_id) DO NOTHING
            """,
            {
                "organization_id": organization_id,
                "event_id": event_id,
                "object_id": object_id,
                "verdict": verdict,
                "at": at,
            },
            scope=organization_id,
        )
        return added > 0
