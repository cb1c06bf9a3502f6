"""Records and their places in the side index, in plain SQL."""

from adapters.postgres.records.records import Records

__all__ = ("Records",)
