from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text, Uuid

from adapters.postgres.tables.metadata import metadata, moment

SCHEMA: Final = "stats"

usage = Table(
    "usage",
    metadata,
    Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("id", Uuid, primary_key=True),
    Column("meter", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    moment("at"),
    CheckConstraint("amount > 0", name="amount"),
    Index("ix_usage_meter", "organization_id", "meter", "at", postgresql_include=["amount"]),
    schema=SCHEMA,
)
