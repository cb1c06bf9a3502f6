from datetime import timedelta
from uuid import UUID

from core.models import Model
from core.stats import constants


class StatsConfig(Model):
    """For how long events are kept; what meters added up is kept longer.

    `home` is the organization in which what happens anywhere is counted.
    """

    retention: timedelta = constants.RETENTION
    home: UUID | None = None
