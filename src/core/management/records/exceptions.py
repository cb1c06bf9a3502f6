from core import exceptions

QueryTooExpensive = exceptions.QueryTooExpensive


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


class BadFilter(exceptions.Malformed):
    """A filter is `filter[field][operator]=value`: this one is not."""


class BadSort(exceptions.Malformed):
    """Sort by up to three fields, separated by commas; a minus puts the largest first."""


class UnknownField(exceptions.Malformed):
    """The collection has no such field."""


class SortNotIndexed(exceptions.Invalid):
    """Sort by what is indexed, or by id, created_at or updated_at."""


class CursorMismatch(exceptions.Malformed):
    """The cursor belongs to a list with another filter or order: begin without one."""


class IfMatchRequired(exceptions.PreconditionMissing):
    """Records of this collection are only changed with If-Match: read the record first."""


class NotExpandable(exceptions.Malformed):
    """Only what points at records or members is expanded, five fields at most."""


class ImportRefused(exceptions.Invalid):
    """The file can't be read: the detail says where it breaks off."""


class ImportNotFound(exceptions.NotFound):
    """There is no such import."""
