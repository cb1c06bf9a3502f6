"""What is asked of collections, and what they answer."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from core.accounts.fields import RoleKey
from core.listing import ListRequest, Lists
from core.management.collections import constants
from core.management.collections.changes import Change
from core.management.collections.fields import Key
from core.management.collections.models import (
    Collection,
    CollectionId,
    CollectionKey,
    Definition,
    Fields,
    Options,
    Permissions,
    State,
    Verb,
)
from core.models import Job, Line, Model, OrganizationId, Patch

type Action = Literal["create", "update", "delete", "none"]


def _each_once(told: tuple[Definition, ...]) -> tuple[Definition, ...]:
    keys = [one.key for one in told]
    if len(set(keys)) < len(keys):
        raise PydanticCustomError("twice", "A collection is there once.")
    return told


type Definitions = Annotated[
    tuple[Definition, ...],
    Field(max_length=constants.COLLECTIONS),
    AfterValidator(_each_once),
]


class CreateCollection(Model):
    definition: Definition
    system: bool = False


class CollectionChange(Patch):
    """What changes of a collection; what is said of `fields` or `permissions` is all of them."""

    nullable: ClassVar[frozenset[str]] = frozenset({"description"})

    title: Line | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    fields: Fields | None = None
    permissions: Permissions | None = None
    own: Annotated[tuple[RoleKey, ...], Field(max_length=50)] | None = None
    options: Options | None = None


class CollectionReference(Model):
    key: Key
    system: bool = False


class UpdateCollection(CollectionReference):
    change: CollectionChange
    expected_version: int | None = None


class PlanCollection(CollectionReference):
    change: CollectionChange


class DeleteCollection(CollectionReference):
    expected_version: int | None = None


class Applied(Model):
    """Collections as they are to be. `prune` deletes those of yours that are not among them."""

    collections: Definitions
    dry_run: bool = False
    prune: bool = False


class ApplyCollections(Applied):
    system: bool = False


class MigrateCollection(Job):
    """Have the records of a collection follow its definition."""

    name = "management.migrate_collection"

    organization_id: OrganizationId | None
    key: CollectionKey
    version: int


class PurgeCollections(Job):
    """Erase what is left of collections that were deleted long enough ago."""

    name = "management.purge_collections"


# --- What is answered -----------------------------------------------------------------------------


class CollectionView(Model):
    """A collection; `shared`: all organizations have it, each with records of its own.

    While it is `migrating`, records follow its last change.
    """

    id: CollectionId
    key: str
    title: str
    description: str | None
    shared: bool
    fields: Fields
    permissions: dict[str, tuple[Verb, ...]]
    own: list[str]
    options: Options
    version: int
    state: State
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, collection: Collection) -> Self:
        told = {name: getattr(collection, name) for name in cls.model_fields if name != "shared"}
        return cls.model_validate(told | {"shared": collection.organization_id is None})


class CollectionsPage(ListRequest):
    lists = Lists(
        CollectionView,
        "id key title description shared version state created_at updated_at",
        "key title created_at updated_at",
    )


class ListCollections(CollectionsPage):
    system: bool = False


class Violation(Model):
    """A record that is not as the change would have it: which field, and why."""

    organization_id: OrganizationId
    record_id: UUID
    pointer: str
    code: str
    detail: str


class Plan(Model):
    """What a definition would change; `violations` are in its way.

    Not `complete`: there are more records than were looked at.
    """

    key: str
    action: Action
    changes: list[Change]
    violations: list[Violation] = Field(default_factory=list)
    looked_at: int = 0
    complete: bool = True
    migrates: bool = False
    destroys: bool = False


class ApplyView(Model):
    plans: list[Plan]
    applied: bool


class TemplateView(Model):
    """Collections to begin with: what `apply` takes."""

    name: str
    collections: tuple[Definition, ...]


class TemplatesView(Model):
    items: list[TemplateView]
