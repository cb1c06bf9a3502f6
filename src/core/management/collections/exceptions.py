from core import exceptions


class CollectionNotFound(exceptions.NotFound):
    """There is no such collection."""


class CollectionTaken(exceptions.Conflict):
    """A collection of that key is there already."""


class CollectionShared(exceptions.Forbidden):
    """All organizations share this collection: operators of the installation change it."""


class CollectionMigrating(exceptions.Conflict):
    """Its records are still following the last change: try again in a moment."""


class TooManyCollections(exceptions.Conflict):
    """There are so many collections at most: delete one first."""


class RecordsViolate(exceptions.Conflict):
    """There are records that are not as this would have them: errors says which, and why."""
