"""Everything a database holds of ours in one file, written and read by PostgreSQL's own programs.

A backup has our schemas: tables, functions, policies, rights and rows. It has no roles and no
extensions: `adapters/embedded/roles.sql` makes those, on any server.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Final, LiteralString

from psycopg import AsyncConnection

from adapters.postgres.programs import ProgramFailed, Programs, Said, output, run
from adapters.postgres.schemas import SCHEMAS

THERE: Final[LiteralString] = """
    SELECT count(*) FILTER (WHERE nspname = ANY(%(schemas)s)) > 0,
           (SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND usename IS NOT NULL)
      FROM pg_namespace
"""

EMPTY: Final = f"DROP SCHEMA IF EXISTS {', '.join(SCHEMAS)} CASCADE;\n".encode()

MARK: Final = b"PGDMP"
"""What every archive of pg_dump begins with."""


class Backups:
    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    async def write(self, owner_url: str, file: Path, said: Said) -> None:
        """Write a database as it is at one moment, whatever goes on meanwhile, readable by us only.

        A file that is not whole never has the name. Raise ProgramFailed.
        """
        draft = file.with_name(f"{file.name}.partial")
        draft.touch(mode=0o600)
        draft.chmod(0o600)
        schemas = [f"--schema={name}" for name in SCHEMAS]
        options = ["--format=custom", "--no-password", "--verbose", f"--file={draft}"]
        try:
            await run(self._programs.on(owner_url, "pg_dump", *schemas, *options), said=said)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)

    async def read(self, owner_url: str, file: Path, said: Said, *, replace: bool) -> None:
        """Put what a backup holds into a database: all of it, or nothing at all.

        Raise ProgramFailed for a file that is no backup, for a database that is in use, or holds
        anything that is not to be replaced.
        """
        with file.open("rb") as opened:
            if opened.read(len(MARK)) != MARK:
                raise ProgramFailed(f"{file} is no backup: `core-api db backup` writes one.")
        await self._see(owner_url, replace=replace)
        archive = self._programs.beside(owner_url, "pg_restore", "--file=-", "--verbose", str(file))
        options = ["--no-password", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        shell = self._programs.on(owner_url, "psql", *options)
        await run(shell, told=_script(output(archive, said=said)))

    async def _see(self, owner_url: str, *, replace: bool) -> None:
        async with await AsyncConnection.connect(owner_url) as connection:
            cursor = await connection.execute(THERE, {"schemas": list(SCHEMAS)})
            row = await cursor.fetchone()
        there, others = row or (False, 0)
        if others:
            raise ProgramFailed(f"{others} others are using the database. Stop the service first.")
        if there and not replace:
            raise ProgramFailed(
                "The database holds data. Restore into an empty one, or say --replace."
            )


async def _script(archive: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Nothing is kept before the last line, which is written once all the others were."""
    yield b"BEGIN;\n" + EMPTY
    async with aclosing(archive):
        async for chunk in archive:
            yield chunk
    yield b"ANALYZE;\nCOMMIT;\n"
