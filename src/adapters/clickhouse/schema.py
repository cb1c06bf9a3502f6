"""The table, which is made where it is missing."""

from typing import Final

TABLE: Final = "stats_events"

TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS stats_events (
        organization_id UUID,
        time DateTime64(6, 'UTC'),
        id UUID,
        name LowCardinality(String),
        subject Nullable(String),
        session Nullable(String),
        source Nullable(String),
        ext_id Nullable(String),
        props Map(LowCardinality(String), String),
        received_at DateTime64(6, 'UTC') DEFAULT now64(6)
    )
    ENGINE = ReplacingMergeTree(received_at)
    PARTITION BY toYYYYMM(time)
    ORDER BY (organization_id, name, time, id)
    """,
)
