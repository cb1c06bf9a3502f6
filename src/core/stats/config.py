from datetime import timedelta

from core.models import Model
from core.stats import constants


class StatsConfig(Model):
    """For how long events are kept; what meters added up is kept longer."""

    retention: timedelta = constants.RETENTION
