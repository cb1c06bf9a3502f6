"""The tables, for Alembic's eyes only: nothing here is used to query."""

from adapters.postgres.tables import accounts, core
from adapters.postgres.tables.metadata import metadata

__all__ = ("accounts", "core", "metadata")
