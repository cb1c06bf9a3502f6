from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings


class StatsSettings(BaseSettings):
    """What happened, and for how long that is known."""

    stats_retention_days: int = Field(
        default=396,
        ge=31,
        le=3660,
        description="Days for which events are kept; what meters added up is kept longer.",
    )
    stats_home: UUID | None = Field(
        default=None,
        description="The organization in which what happens anywhere is counted: sign-ups, say.",
        examples=["0199c0de-7000-7000-8000-000000000001"],
    )
    stats_events_at_once: int = Field(
        default=500,
        ge=1,
        le=10_000,
        description="Events of requests that come at once are kept together: so many at most.",
    )
    stats_clickhouse_url: SecretStr | None = Field(
        default=None,
        description="Keeps events in ClickHouse: https://user:password@host:8443/database. Empty:"
        " in PostgreSQL.",
    )

    @field_validator("stats_clickhouse_url")
    @classmethod
    def _clickhouse(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        url = urlsplit(value.get_secret_value())
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise ValueError("It has to be https://user:password@host:8443/database")
        return value

    @property
    def stats(self) -> Literal["postgres", "clickhouse"]:
        """Where events are kept."""
        return "clickhouse" if self.stats_clickhouse_url else "postgres"
