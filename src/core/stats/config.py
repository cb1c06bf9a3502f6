from datetime import timedelta
from uuid import UUID

from core.models import Model
from core.stats import constants


class StatsConfig(Model):
    """For how long events are kept; what meters added up is kept longer.

    `home` is the organization in which what happens anywhere is counted. Unless something `adds_up`
    events as they come, meters read them, and none has to be built.
    """

    retention: timedelta = constants.RETENTION
    home: UUID | None = None
    adds_up: bool = True
