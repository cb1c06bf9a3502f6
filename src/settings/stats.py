from pydantic import Field
from pydantic_settings import BaseSettings


class StatsSettings(BaseSettings):
    """What happened, and for how long that is known."""

    stats_retention_days: int = Field(
        default=396,
        ge=31,
        le=3660,
        description="Days for which events are kept; what meters added up is kept longer.",
    )
