"""What a database holds of ours."""

from typing import Final

QUEUES: Final = "jobs"
"""The schema of the queue's library, which lays it down by itself."""

SCHEMAS: Final = (
    "core", QUEUES, "accounts", "billing", "management", "stats", "storage", "webhooks",
)  # fmt: skip
