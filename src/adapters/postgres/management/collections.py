from datetime import datetime
from typing import Any, Final, Unpack, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database, Rules, Scope
from adapters.postgres.listing import listed
from core.listing import Found, Window
from core.management.collections import ports
from core.management.collections.exceptions import CollectionTaken, TooManyCollections
from core.management.collections.models import Collection
from core.management.collections.ports import Owner
from core.models import OrganizationId

RULES: Final[Rules] = {"uq_collections_key": CollectionTaken}


REMEMBERED: Final = 1000


class Collections(ports.Collections, ports.KnownCollections):
    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[Owner, str], Collection] = {}

    @override
    async def lock(self, owner: Owner) -> None:
        await self._database.queue(
            "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))",
            {"key": f"management/collections/{owner}"},
            scope=_scope(owner),
        )

    @override
    async def share(self, organization_id: OrganizationId) -> None:
        await self._database.queue(
            """
            SELECT pg_advisory_xact_lock_shared(hashtextextended(key, 0))
              FROM unnest(%(keys)s::text[]) AS key
            """,
            {"keys": [f"management/collections/{one}" for one in (None, organization_id)]},
            scope=organization_id,
        )

    @override
    async def add(self, collection: Collection, *, most: int) -> None:
        added = await self._database.execute(
            """
            INSERT INTO management.collections
                   (id, organization_id, key, title, description, fields, permissions, own,
                    options, version, state, numbers, last_number, building, removed, created_at,
                    updated_at, deleted_at)
            SELECT %(id)s, %(organization_id)s, %(key)s, %(title)s, %(description)s, %(fields)s,
                   %(permissions)s, %(own)s, %(options)s, %(version)s, %(state)s, %(numbers)s,
                   %(last_number)s, %(building)s, %(removed)s, %(created_at)s, %(updated_at)s,
                   %(deleted_at)s
             WHERE (SELECT count(*)
                      FROM management.collections
                     WHERE organization_id IS NOT DISTINCT FROM %(organization_id)s
                       AND deleted_at IS NULL) < %(most)s
            """,
            _columns(collection) | {"most": most},
            scope=_scope(collection.organization_id),
            rules=RULES,
        )
        if not added:
            raise TooManyCollections

    @override
    async def get(self, owner: Owner, key: str) -> Collection | None:
        found = await self._database.fetch_one(
            Collection,
            """
            SELECT id, organization_id, key, title, description, fields, permissions, own, options,
                   version, state, numbers, last_number, building, removed, created_at, updated_at,
                   deleted_at
              FROM management.collections
             WHERE (organization_id = %(organization_id)s OR organization_id IS NULL)
               AND key = %(key)s AND deleted_at IS NULL
             ORDER BY organization_id NULLS LAST
             LIMIT 1
            """,
            {"organization_id": owner, "key": key},
            scope=_scope(owner),
        )
        self._remember(owner, key, found)
        return found

    def _remember(self, owner: Owner, key: str, found: Collection | None) -> None:
        self._known.pop((owner, key), None)
        if found is not None:
            self._known[owner, key] = found
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]

    @override
    def lately(self, organization_id: OrganizationId, key: str) -> Collection | None:
        return self._known.get((organization_id, key))

    @override
    async def page(self, owner: Owner, **window: Unpack[Window]) -> Found[Collection]:
        return await listed(
            self._database,
            Collection,
            """
            SELECT id, organization_id, key, title, description, fields, permissions, own, options,
                   version, state, numbers, last_number, building, removed, created_at, updated_at,
                   deleted_at, organization_id IS NULL AS shared
              FROM management.collections AS seen
             WHERE (organization_id = %(organization_id)s OR organization_id IS NULL)
               AND deleted_at IS NULL
               AND NOT (organization_id IS NULL
                        AND EXISTS (SELECT 1
                                      FROM management.collections AS own
                                     WHERE own.organization_id = %(organization_id)s
                                       AND own.key = seen.key AND own.deleted_at IS NULL))
            """,
            {"organization_id": owner},
            scope=_scope(owner),
            **window,
        )

    @override
    async def put(self, collection: Collection) -> None:
        await self._database.execute(
            """
            UPDATE management.collections
               SET title = %(title)s, description = %(description)s, fields = %(fields)s,
                   permissions = %(permissions)s, own = %(own)s, options = %(options)s,
                   version = %(version)s, state = %(state)s, numbers = %(numbers)s,
                   last_number = %(last_number)s, building = %(building)s, removed = %(removed)s,
                   updated_at = %(updated_at)s, deleted_at = %(deleted_at)s
             WHERE organization_id IS NOT DISTINCT FROM %(organization_id)s AND id = %(id)s
            """,
            _columns(collection),
            scope=_scope(collection.organization_id),
            rules=RULES,
        )

    @override
    async def deleted(self, owner: Owner, key: str) -> Collection | None:
        return await self._database.fetch_one(
            Collection,
            """
            SELECT id, organization_id, key, title, description, fields, permissions, own, options,
                   version, state, numbers, last_number, building, removed, created_at, updated_at,
                   deleted_at
              FROM management.collections
             WHERE organization_id IS NOT DISTINCT FROM %(organization_id)s AND key = %(key)s
               AND deleted_at IS NOT NULL
             ORDER BY deleted_at DESC, id DESC
             LIMIT 1
            """,
            {"organization_id": owner, "key": key},
            scope=_scope(owner),
        )


class DeletedCollections(ports.DeletedCollections):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def before(self, moment: datetime, *, limit: int) -> list[Collection]:
        return await self._database.fetch_all(
            Collection,
            """
            SELECT id, organization_id, key, title, description, fields, permissions, own, options,
                   version, state, numbers, last_number, building, removed, created_at, updated_at,
                   deleted_at
              FROM management.collections
             WHERE deleted_at < %(moment)s
             ORDER BY deleted_at, id
             LIMIT %(limit)s
            """,
            {"moment": moment, "limit": limit},
            scope=PLATFORM,
        )

    @override
    async def remove(self, collection: Collection) -> None:
        await self._database.queue(
            """
            DELETE FROM management.collections
             WHERE organization_id IS NOT DISTINCT FROM %(organization_id)s AND id = %(id)s
               AND deleted_at IS NOT NULL
            """,
            {"organization_id": collection.organization_id, "id": collection.id},
            scope=PLATFORM,
        )


def _scope(owner: Owner) -> Scope:
    """What all organizations share is beyond each of them: operators alone ask as nobody."""
    return PLATFORM if owner is None else owner


def _columns(collection: Collection) -> dict[str, Any]:
    told = collection.model_dump(
        mode="json", include={"fields", "permissions", "options", "numbers"}
    )
    lists = {name: list(getattr(collection, name)) for name in ("own", "building", "removed")}
    columns = collection.model_dump(exclude={"fields", "permissions", "options", "numbers"})
    return columns | lists | {key: Jsonb(value) for key, value in told.items()}
