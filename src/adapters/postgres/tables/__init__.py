"""The tables, for Alembic's eyes only: nothing here is used to query."""

from adapters.postgres.tables import (
    accounts,
    billing,
    core,
    credentials,
    flags,
    management_collections,
    management_records,
    operations,
    single_sign_on,
    stats,
    storage,
    webhooks,
)
from adapters.postgres.tables.metadata import metadata

__all__ = (
    "accounts",
    "billing",
    "core",
    "credentials",
    "flags",
    "management_collections",
    "management_records",
    "metadata",
    "operations",
    "single_sign_on",
    "stats",
    "storage",
    "webhooks",
)
