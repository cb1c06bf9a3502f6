from typing import Any

from core.models import Job


class FanOut(Job):
    """Tell every subscriber of a topic."""

    name = "events.fan_out"

    topic: str
    payload: dict[str, Any]


class Deliver(Job):
    """Tell one subscriber, who failed while all were told; retried alone."""

    name = "events.deliver"

    subscriber: str
    topic: str
    payload: dict[str, Any]
