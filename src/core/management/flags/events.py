"""What happens to feature flags that others may want to hear of."""

from typing import Literal

from core.management.flags.models import FlagId
from core.models import OrganizationEvent

type Change = Literal["created", "updated", "deleted"]


class FlagChanged(OrganizationEvent):
    """A feature flag was made, changed, switched on or off, or deleted: ask for it anew."""

    topic = "management.flag_changed"

    flag_id: FlagId
    key: str
    change: Change
    enabled: bool
    version: int
