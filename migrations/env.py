"""How Alembic reaches the database: as the owner of the schema, one transaction for everything."""

import re
from pathlib import Path
from typing import Any, Final

from alembic import context
from sqlalchemy import Connection, NullPool, TextClause, create_engine, inspect, text

from adapters import postgres
from adapters.postgres.schemas import QUEUES, SCHEMAS
from adapters.postgres.tables import metadata

OURS: Final = {*SCHEMAS} - {QUEUES}
"""The schemas that autogenerate compares; `jobs` belongs to the queue's library."""

MONTH: Final = re.compile(r"events_\d{6}")
"""A part of a table that is there whole."""

REPEATABLE: Final = Path(postgres.__file__).parent / "sql"
"""Grants, policies, triggers and functions: what Alembic can't see, applied after every upgrade."""

QUEUE: Final = Path(__file__).parent / "sql" / "procrastinate-3.10.0.sql"
"""The queue's own schema: laid down once; a release that changes it gets a revision of ours."""

MIGRATING: Final = 7_203_511
"""The advisory lock that keeps two migrations apart."""


def run(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    for schema in SCHEMAS:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    if not inspect(connection).has_table("procrastinate_jobs", schema=QUEUES):
        connection.execute(text("SET LOCAL search_path = jobs, public"))
        execute_file(connection, QUEUE)
        connection.execute(text("RESET search_path"))
    configure(connection=connection)
    context.run_migrations()
    migration = context.get_context()
    heads = set(migration.get_current_heads())
    repeats = context.config.attributes.get("repeats", True)
    if repeats and heads and heads == set(context.script.get_heads()):
        repeat(connection)


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
    for file in sorted(REPEATABLE.glob("*.sql")):
        execute_file(connection, file)


def execute_file(connection: Connection, file: Path) -> None:
    """Run many statements at once: they hold percent signs, so no parameters are looked for."""
    driver: Any = connection.connection.driver_connection
    driver.execute(file.read_text())


if context.is_offline_mode():
    configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    url = context.config.attributes["url"].replace("postgresql:", "postgresql+psycopg:", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        run(connection)
