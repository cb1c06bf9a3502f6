from core import exceptions

QueryTooExpensive = exceptions.QueryTooExpensive


class NothingTaken(exceptions.Invalid):
    """None of the events could be taken: errors says why for each."""


class EventOutOfRange(exceptions.Invalid):
    """The time of the event is longer ago than events are kept, or has not come yet."""


class StatsEventNotFound(exceptions.NotFound):
    """There is no such event."""


class MeterNotFound(exceptions.NotFound):
    """There is no such meter."""


class MeterTaken(exceptions.Conflict):
    """A meter of that name is there already."""


class AlertNotFound(exceptions.NotFound):
    """There is no such alert."""


class TooManyAlerts(exceptions.Conflict):
    """An organization has so many alerts at most: delete one first."""


class TooManyMeters(exceptions.Conflict):
    """An organization has so many meters at most: archive one first."""


class UnknownZone(exceptions.Invalid):
    """There is no such time zone: use a name like Europe/Berlin."""


class MeterBuilding(exceptions.Conflict):
    """What was there before the meter is still being added up: ask again in a moment."""


class Unmetered(exceptions.Invalid):
    """The meter does not know that."""


class ReportNotFound(exceptions.NotFound):
    """There is no such report."""


class TooManyReports(exceptions.Conflict):
    """An organization has so many reports at most: delete one first."""


class DashboardNotFound(exceptions.NotFound):
    """There is no such dashboard."""


class TooManyDashboards(exceptions.Conflict):
    """An organization has so many dashboards at most: delete one first."""


class NotDrawable(exceptions.Invalid):
    """That is a table, which no chart shows: run the report instead."""
