from typing import Final, override

from adapters.postgres import revisions
from adapters.postgres.database import Database
from core import ports
from core.exceptions import Unavailable
from core.models import Model

DANGEROUS: Final = (
    "CORE_DATABASE_URL connects as a superuser, an owner of tables or a role with BYPASSRLS, whom"
    " row-level security does not bind: connect as core_app."
)


class _State(Model):
    revision: str | None
    serves: bool
    """Whether whoever migrated the database to its end left it so that this version can go on."""
    dangerous: bool


class Readiness(ports.Readiness):
    """Asks the database: is it there, wholly migrated, and are we nobody special in it?"""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def problems(self) -> list[str]:
        try:
            if not await self._migrated():
                return ["The database is not migrated: run `core-api db migrate`."]
            state = await self._state()
        except Unavailable:
            return ["The database is not answering."]
        found = []
        if state.revision not in revisions.known():
            if not state.serves:
                found.append(
                    f"The database is at revision {state.revision}, which no longer serves this"
                    " version: run the version that migrated it, or a newer one."
                )
        elif state.revision != revisions.head():
            found.append("The database is at an older revision: run `core-api db migrate`.")
        elif not state.serves:
            found.append("A migration was cut short: run `core-api db migrate` again.")
        if state.dangerous:
            found.append(DANGEROUS)
        return found

    @override
    async def danger(self) -> str | None:
        try:
            dangerous = await self._migrated() and (await self._state()).dangerous
        except Unavailable:
            return None
        return DANGEROUS if dangerous else None

    async def _migrated(self) -> bool:
        """Tell whether there is a revision that we may read; who may, is said after it is made."""
        [readable] = await self._database.fetch_values(
            """
            SELECT bool_and(coalesce(has_table_privilege(name, 'SELECT'), false))
              FROM (SELECT CASE WHEN has_schema_privilege(oid, 'USAGE')
                                THEN to_regclass('core.' || told) END AS name
                      FROM pg_namespace,
                           unnest(ARRAY['alembic_version', 'compatible_revisions']) AS told
                     WHERE nspname = 'core') AS tables
            """,
            {},
        )
        return bool(readable)

    async def _state(self) -> _State:
        state = await self._database.fetch_one(
            _State,
            """
            SELECT (SELECT version_num FROM core.alembic_version) AS revision,
                   EXISTS (SELECT FROM core.compatible_revisions
                            WHERE revision = %(ours)s) AS serves,
                   rolsuper OR rolbypassrls OR EXISTS (
                       SELECT FROM pg_class
                        WHERE relowner = r.oid
                          AND relnamespace IN ('core'::regnamespace, 'accounts'::regnamespace)
                   ) AS dangerous
              FROM pg_roles AS r
             WHERE rolname = current_user
            """,
            {"ours": revisions.head()},
        )
        return state or _State(revision=None, serves=False, dangerous=True)
