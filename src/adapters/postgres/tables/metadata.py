from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment(name: str, *, nullable: bool = False) -> Column[datetime]:
    """A point in time, with its zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def tenant() -> Column[UUID]:
    """Whose row it is: it goes with its organization."""
    return Column(
        "organization_id",
        ForeignKey("accounts.organizations.id", ondelete="CASCADE"),
        nullable=False,
    )
