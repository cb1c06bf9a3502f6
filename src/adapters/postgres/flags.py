from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, Unpack, override

from psycopg.types.json import Json

from adapters.postgres.database import Database
from adapters.postgres.listing import listed
from core.listing import Found, Window
from core.management.flags import ports
from core.management.flags.exceptions import FlagKeyTaken, TooManyFlags
from core.management.flags.models import Flag, FlagId
from core.models import OrganizationId

KNOWN_BYTES: Final = 4 * 1024 * 1024


class Known:
    """All flags of an organization as they were read, and a mark of which editions they were.

    An edition never says anything else, so nobody reads it twice: reading fifty flags takes as
    long as all else that a question takes. Whose flags were not asked for longest are forgotten.
    """

    def __init__(self, limit: int = KNOWN_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._sets = OrderedDict[OrganizationId, tuple[bytes, Sequence[Flag], int]]()

    def get(self, organization_id: OrganizationId, mark: bytes) -> Sequence[Flag] | None:
        found = self._sets.get(organization_id)
        if found is None or found[0] != mark:
            return None
        self._sets.move_to_end(organization_id)
        return found[1]

    def keep(
        self, organization_id: OrganizationId, mark: bytes, flags: Sequence[Flag], size: int
    ) -> None:
        _, _, former = self._sets.pop(organization_id, (b"", (), 0))
        self._sets[organization_id] = mark, flags, size
        self._size += size - former
        while self._size > self._limit:
            _, (_, _, forgotten) = self._sets.popitem(last=False)
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
        self, organization_id: OrganizationId, *, prefix: str = "", **window: Unpack[Window]
    ) -> Found[Flag]:
        return await listed(
            self._database,
            Flag,
            """
            SELECT id, organization_id, key, title, type, variants, enabled, rules, "default",
                   version, created_at, updated_at
              FROM management.flags
             WHERE organization_id = %(organization_id)s AND starts_with(key, %(prefix)s)
            """,
            {"organization_id": organization_id, "prefix": prefix},
            scope=organization_id,
            **window,
        )

    @override
    async def every(self, organization_id: OrganizationId) -> Sequence[Flag]:
        [mark] = await self._database.fetch_values(
            """
            SELECT sha256(convert_to(string_agg(
                       concat_ws(' ', id, version, updated_at), ',' ORDER BY id), 'UTF8'))
              FROM management.flags
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        if mark is None:
            return []
        known = self._known.get(organization_id, mark)
        return await self._read(organization_id) if known is None else known

    async def _read(self, organization_id: OrganizationId) -> Sequence[Flag]:
        rows = await self._database.fetch_rows(
            """
            SELECT id, organization_id, key, title, type, variants, enabled, rules, "default",
                   version, created_at, updated_at,
                   octet_length(variants::text) + octet_length(rules::text) AS size,
                   sha256(convert_to(string_agg(concat_ws(' ', id, version, updated_at), ',')
                       OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING
                                              AND UNBOUNDED FOLLOWING), 'UTF8')) AS mark
              FROM management.flags
             WHERE organization_id = %(organization_id)s
             ORDER BY key COLLATE "C"
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )
        marks = {row.pop("mark") for row in rows}
        size = sum(row.pop("size") for row in rows)
        flags = [Flag.model_validate(row) for row in rows]
        if marks and self._database.bound is None:  # what is undone may be another's edition
            self._known.keep(organization_id, marks.pop(), flags, size)
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
