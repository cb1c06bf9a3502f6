"""Brings a database to a revision. The owner of the schema runs this, never the service."""

from time import sleep
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import DropSchema

from adapters.postgres import revisions as revision_files
from adapters.postgres.revisions import SCRIPTS
from adapters.postgres.schemas import SCHEMAS

BUSY: Final = (LockNotAvailable, DeadlockDetected)
PAUSES: Final = (0.5, 1, 2, 4, 8, 8, 8, 8)
"""Between tries, in seconds."""

_FORMATTED: Final = {
    "hooks": "format",
    "format.type": "module",
    "format.module": "ruff",
    "format.options": "format REVISION_SCRIPT_FILENAME",
}


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring a database forward, step by step; a step that finds a table in use is tried again."""
    for pause in PAUSES:
        try:
            command.upgrade(_config(owner_url), revision)
        except (OperationalError, *BUSY) as error:
            if not isinstance(getattr(error, "orig", error), BUSY):
                raise
            sleep(pause)
        else:
            return
    command.upgrade(_config(owner_url), revision)


def current(owner_url: str) -> str | None:
    """Return the revision that a database is at."""
    engine = _engine(owner_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "core"})
        found = context.get_current_revision()
    engine.dispose()
    return found


def downgrade(owner_url: str, revision: str) -> None:
    command.downgrade(_config(owner_url), revision)


def revise(owner_url: str, name: str) -> None:
    """Write a migration from what changed in the tables, compared with the newest revision.

    Grants and functions are not applied: they may speak of tables that only the migration makes.
    """
    config = _config(owner_url)
    config.attributes["repeats"] = False
    command.upgrade(config, "head")
    command.revision(config, name, autogenerate=True)


def check(owner_url: str) -> None:
    """Raise if the tables hold what no migration makes."""
    command.check(_config(owner_url))


def restart(owner_url: str) -> None:
    """Wipe our schemas and every migration, and write one that makes the tables as they are."""
    engine = _engine(owner_url)
    with engine.begin() as connection:
        for schema in SCHEMAS:
            connection.execute(DropSchema(schema, cascade=True, if_exists=True))
    engine.dispose()
    for file in (SCRIPTS / "versions").glob("*.py"):
        file.unlink()
    revise(owner_url, "initial")
    revision_files.head.cache_clear()
    revision_files.known.cache_clear()


def script(revisions: str) -> None:
    """Print the SQL between two revisions, `from:to`."""
    command.upgrade(_config(""), revisions, sql=True)


def revisions() -> list[str]:
    """Return every revision, the oldest first."""
    walk = ScriptDirectory.from_config(_config("")).walk_revisions()
    return [revision.revision for revision in walk][::-1]


def _engine(owner_url: str) -> Engine:
    return create_engine(owner_url.replace("postgresql:", "postgresql+psycopg:", 1))


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("timezone", "UTC")
    config.set_main_option(
        "file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    for name, value in _FORMATTED.items():
        config.set_section_option("post_write_hooks", name, value)
    config.attributes["url"] = owner_url
    return config
