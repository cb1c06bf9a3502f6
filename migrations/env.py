"""How Alembic reaches the database: as the owner of the schema, a transaction for each step.

A service goes on meanwhile. So no step waits long for a lock, with everybody else queueing behind
it, and none holds one table while it waits for another: that is how deadlocks are made.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from alembic import context
from sqlalchemy import Connection, NullPool, TextClause, create_engine, inspect, text

from adapters.postgres.schemas import QUEUES, SCHEMAS
from adapters.postgres.tables import metadata, repeatable

OURS: Final = {*SCHEMAS} - {QUEUES}
"""The schemas that autogenerate compares; `jobs` belongs to the queue's library."""

MONTH: Final = re.compile(r"events_\d{6}")
"""A part of a table that is there whole."""

QUEUE: Final = Path(__file__).parent / "sql" / "procrastinate-3.10.0.sql"
"""The queue's own schema: laid down once; a release that changes it gets a revision of ours."""

MIGRATING: Final = 7_203_511
"""The advisory lock that keeps two migrations apart."""


LOCK: Final = "1s"
"""How long a step waits for a lock: less than the service does, which queues behind it."""


def run(connection: Connection) -> None:
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        connection.execute(text(f"SET lock_timeout = '{LOCK}'"))
    with connection.begin():
        make_schemas(connection)
    configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()  # what reading the revision began
    with connection.begin():
        heads = set(context.get_context().get_current_heads())
    repeats = context.config.attributes.get("repeats", True)
    if repeats and heads and heads == set(context.script.get_heads()):
        repeat(connection)
        with connection.begin():
            tell_compatible(connection)


def make_schemas(connection: Connection) -> None:
    for schema in SCHEMAS:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    if not inspect(connection).has_table("procrastinate_jobs", schema=QUEUES):
        connection.execute(text("SET LOCAL search_path = jobs, public"))
        execute(connection, QUEUE.read_text())


def configure(**options: Any) -> None:
    context.configure(
        target_metadata=metadata,
        version_table_schema="core",
        include_schemas=True,
        include_name=included,
        include_object=compared,
        compare_server_default=True,
        **options,
    )


def compared(one: Any, _: str | None, kind: str, *more: Any) -> bool:
    """Leave out indexes of expressions that are there on both sides: of the database's, Alembic
    reads the columns and not their collation."""
    indexes = (one, more[-1]) if kind == "index" and more[-1] is not None else ()
    return not any(isinstance(each, TextClause) for index in indexes for each in index.expressions)


def included(name: str | None, kind: str, _: Any) -> bool:
    if kind == "schema":
        return name in OURS
    if kind == "table" and name is not None:
        return name != "alembic_version" and not MONTH.fullmatch(name)
    return True


def repeat(connection: Connection) -> None:
    for step in repeatable.steps():
        with connection.begin():
            execute(connection, step)


def tell_compatible(connection: Connection) -> None:
    """Write down which versions of the service the database serves: by their newest revision."""
    connection.execute(text("DELETE FROM core.compatible_revisions"))
    for revision in compatible():
        connection.execute(
            text("INSERT INTO core.compatible_revisions VALUES (:revision)"), {"revision": revision}
        )


def compatible() -> Iterator[str]:
    """Return the newest revisions, back to the one before the last that takes something away.

    The version before it has stopped using what goes; those that are older have not.
    """
    for script in context.script.walk_revisions():
        yield script.revision
        if getattr(script.module, "contracts", False):
            yield from filter(None, [script.down_revision])
            return


def execute(connection: Connection, script: str) -> None:
    """Run many statements at once: they hold percent signs, so no parameters are looked for."""
    driver: Any = connection.connection.driver_connection
    driver.execute(script)


if context.is_offline_mode():
    configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    url = context.config.attributes["url"].replace("postgresql:", "postgresql+psycopg:", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        run(connection)
