from core import exceptions

BadFilter = exceptions.BadFilter
BadSort = exceptions.BadSort
CursorMismatch = exceptions.CursorMismatch
QueryTooExpensive = exceptions.QueryTooExpensive
SortNotIndexed = exceptions.SortNotIndexed
UnknownField = exceptions.UnknownField


class RecordNotFound(exceptions.NotFound):
    """There is no such record."""


class RecordVersionNotFound(exceptions.NotFound):
    """The record never had that version."""


class RecordExists(exceptions.PreconditionFailed):
    """There is a record with this id already."""


class RecordTaken(exceptions.Conflict):
    """There is, or was, a record with this id: restore it, or choose another id."""


class UniqueViolation(exceptions.Conflict):
    """Another record has this value, which only one may have: see field."""


class RecordNotDeleted(exceptions.Conflict):
    """The record is not deleted, so there is nothing to restore."""


class IfMatchRequired(exceptions.PreconditionMissing):
    """Records of this collection are only changed with If-Match: read the record first."""


class NotExpandable(exceptions.Malformed):
    """Only what points at records or members is expanded, five fields at most."""


class ImportRefused(exceptions.Invalid):
    """The file can't be read: the detail says where it breaks off."""


class ImportNotFound(exceptions.NotFound):
    """There is no such import."""
