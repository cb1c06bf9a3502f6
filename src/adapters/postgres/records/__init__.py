"""Records and their places in the side index, in plain SQL."""

from adapters.postgres.records.imports import RecordImports
from adapters.postgres.records.index import RecordIndex
from adapters.postgres.records.members import RecordMembers
from adapters.postgres.records.notices import RecordNotices
from adapters.postgres.records.records import Records

__all__ = ("RecordImports", "RecordIndex", "RecordMembers", "RecordNotices", "Records")
