from typing import override

from adapters.postgres.database import Database
from core.management.switches import ports
from core.management.switches.models import Switch


class Switches(ports.Switches):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def all(self) -> list[Switch]:
        return await self._database.fetch_all(
            Switch,
            """
            SELECT name, is_on AS "on", reason, changed_at, changed_by FROM management.switches
             ORDER BY name
            """,
            {},
        )

    @override
    async def put(self, switch: Switch) -> None:
        await self._database.queue(
            """
            INSERT INTO management.switches (name, is_on, reason, changed_at, changed_by)
            VALUES (%(name)s, %(on)s, %(reason)s, %(changed_at)s, %(changed_by)s)
            ON CONFLICT (name) DO UPDATE
               SET is_on = excluded.is_on, reason = excluded.reason,
                   changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """,
            switch.model_dump(),
        )
