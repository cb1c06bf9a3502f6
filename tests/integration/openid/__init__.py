"""Sign-in providers to test against: certified ones, and one that cheats."""

from tests.integration.openid.hostile import Hostile
from tests.integration.openid.providers import OpenidProvider, OpenidProviders

__all__ = ("Hostile", "OpenidProvider", "OpenidProviders")
