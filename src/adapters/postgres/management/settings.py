from typing import Any, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database, Scope
from core.management.settings import ports
from core.management.settings.models import Owner, Setting
from core.models import OrganizationId, UserId


class KeptSettings(ports.KeptSettings):
    """An organization's rows are its own; those of people and of the installation anybody reads,
    and the platform alone writes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def lock(self, owner: Owner) -> None:
        await self._database.queue(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"management/settings/{owner.organization_id}/{owner.user_id}"},
        )

    @override
    async def layers(
        self, organization_id: OrganizationId | None = None, user_id: UserId | None = None
    ) -> list[Setting]:
        return await self._database.fetch_all(
            Setting,
            """
            SELECT id, organization_id, user_id, key, value, box, version, updated_at, updated_by
              FROM management.settings
             WHERE organization_id IS NULL AND user_id IS NULL
                OR organization_id = %(organization_id)s
                OR user_id = %(user_id)s
            """,
            {"organization_id": organization_id, "user_id": user_id},
            scope=_read_as(organization_id),
        )

    @override
    async def put(self, setting: Setting) -> None:
        value = None if setting.value is None else Jsonb(setting.value)
        await self._database.queue(
            """
            INSERT INTO management.settings
                   (id, organization_id, user_id, key, value, box, version, updated_at, updated_by)
            VALUES (%(id)s, %(organization_id)s, %(user_id)s, %(key)s, %(value)s, %(box)s,
                    %(version)s, %(updated_at)s, %(updated_by)s)
            ON CONFLICT ON CONSTRAINT uq_settings_owner DO UPDATE
               SET value = excluded.value, box = excluded.box, version = excluded.version,
                   updated_at = excluded.updated_at, updated_by = excluded.updated_by
            """,
            setting.model_dump() | {"value": value},
            scope=setting.organization_id or PLATFORM,
        )


def _read_as(organization_id: OrganizationId | None) -> Scope:
    return organization_id or PLATFORM


class SettingsData:
    """What somebody set for themselves; of a secret, that it is set."""

    name = "settings"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: UserId) -> dict[str, Any]:
        rows = await self._database.fetch_rows(
            """
            SELECT key, value, updated_at FROM management.settings
             WHERE user_id = %(user_id)s AND num_nonnulls(value, box) = 1
             ORDER BY key
            """,
            {"user_id": user_id},
            scope=PLATFORM,
        )
        return {"settings": rows}
