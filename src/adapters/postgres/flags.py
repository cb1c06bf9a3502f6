from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, override
from uuid import UUID

from psycopg.types.json import Json

from adapters.postgres.database import Database
from core.management.flags import ports
from core.management.flags.exceptions import FlagKeyTaken, TooManyFlags
from core.management.flags.models import Flag, FlagId
from core.models import OrganizationId

KNOWN_BYTES: Final = 4 * 1024 * 1024

type Edition = tuple[UUID, int, datetime]


class Known:
    """Flags as they were read: one edition never says anything else, so it is read once.

    Reading fifty of them takes as long as all else that a question takes. The ones that were not
    asked for longest are forgotten.
    """

    def __init__(self, limit: int = KNOWN_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._flags = OrderedDict[Edition, tuple[Flag, int]]()

    def get(self, edition: Edition) -> Flag | None:
        found = self._flags.get(edition)
        if found is None:
            return None
        self._flags.move_to_end(edition)
        return found[0]

    def keep(self, flag: Flag, size: int) -> None:
        edition = (flag.id, flag.version, flag.updated_at)
        if edition not in self._flags:
            self._flags[edition] = flag, size
            self._size += size
        while self._size > self._limit:
            _, (_, forgotten) = self._flags.popitem(last=False)
            self._size -= forgotten


class Flags(ports.Flags):
    """Variants and rules are kept as they were written: jsonb would sort the names of the ones,
    and make whole numbers of some others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = Known()

    @override
    async def lock(self, organization_id: OrganizationId) -> None:
        await self._database.queue(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"management/flags/{organization_id}"},
            scope=organization_id,
        )

    @override
    async def add(self, flag: Flag, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO management.flags
                   (id, organization_id, key, title, type, variants, enabled, rules, "default",
                    version, created_at, updated_at)
            SELECT %(id)s, %(organization_id)s, %(key)s, %(title)s, %(type)s, %(variants)s,
                   %(enabled)s, %(rules)s, %(default)s, %(version)s, %(created_at)s, %(updated_at)s
             WHERE (SELECT count(*) FROM management.flags
                     WHERE organization_id = %(organization_id)s) < %(most)s
            """,
            _columns(flag) | {"most": most},
            scope=flag.organization_id,
            rules={"uq_flags_key": FlagKeyTaken},
        )
        if not added:
            raise TooManyFlags

    @override
    async def get(self, organization_id: OrganizationId, key: str) -> Flag | None:
        return await self._database.fetch_one(
            Flag,
            """
            SELECT id, organization_id, key, title, type, variants, enabled, rules, "default",
                   version, created_at, updated_at
              FROM management.flags
             WHERE organization_id = %(organization_id)s AND key = %(key)s
            """,
            {"organization_id": organization_id, "key": key},
            scope=organization_id,
        )

    @override
    async def page(
        self,
        organization_id: OrganizationId,
        *,
        limit: int,
        before: UUID | None = None,
        prefix: str = "",
    ) -> list[Flag]:
        return await self._database.fetch_all(
            Flag,
            """
            SELECT id, organization_id, key, title, type, variants, enabled, rules, "default",
                   version, created_at, updated_at
              FROM management.flags
             WHERE organization_id = %(organization_id)s
               AND (%(before)s::uuid IS NULL OR id < %(before)s)
               AND starts_with(key, %(prefix)s)
             ORDER BY id DESC
             LIMIT %(limit)s
            """,
            {
                "organization_id": organization_id,
                "before": before,
                "prefix": prefix,
                "limit": limit,
            },
            scope=organization_id,
        )

    @override
    async def every(self, organization_id: OrganizationId) -> Sequence[Flag]:
        rows = await self._database.fetch_rows(
            """
            SELECT id, version, updated_at
              FROM management.flags
             WHERE organization_id = %(organization_id)s
             ORDER BY key COLLATE "C"
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        found = [self._known.get((row["id"], row["version"], row["updated_at"])) for row in rows]
        flags = [one for one in found if one is not None]
        return flags if len(flags) == len(rows) else await self._read(organization_id)

    async def _read(self, organization_id: OrganizationId) -> Sequence[Flag]:
        rows = await self._database.fetch_rows(
            """
            SELECT id, organization_id, key, title, type, variants, enabled, rules, "default",
                   version, created_at, updated_at,
                   octet_length(variants::text) + octet_length(rules::text) AS size
              FROM management.flags
             WHERE organization_id = %(organization_id)s
             ORDER BY key COLLATE "C"
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        sizes = [row.pop("size") for row in rows]
        flags = [Flag.model_validate(row) for row in rows]
        if self._database.bound is None:  # else it may be undone, and that version be another's
            for flag, size in zip(flags, sizes, strict=True):
                self._known.keep(flag, size)
        return flags

    @override
    async def put(self, flag: Flag) -> None:
        await self._database.queue(
            """
            UPDATE management.flags
               SET title = %(title)s, type = %(type)s, variants = %(variants)s,
                   enabled = %(enabled)s, rules = %(rules)s, "default" = %(default)s,
                   version = %(version)s, updated_at = %(updated_at)s
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            _columns(flag),
            scope=flag.organization_id,
        )

    @override
    async def remove(self, organization_id: OrganizationId, flag_id: FlagId) -> bool:
        removed = await self._database.execute(
            """
            DELETE FROM management.flags
             WHERE organization_id = %(organization_id)s AND id = %(id)s
            """,
            {"organization_id": organization_id, "id": flag_id},
            scope=organization_id,
        )
        return removed > 0


def _columns(flag: Flag) -> dict[str, Any]:
    told = flag.model_dump()
    return told | {name: Json(told[name]) for name in ("variants", "rules")}
