"""What a collection is."""

from datetime import datetime
from functools import cached_property
from typing import Annotated, Final, Literal, NewType, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from core.accounts.fields import RoleKey
from core.management.collections import constants
from core.management.collections.fields import AnyField, IndexedField, Key
from core.management.collections.fields import Field as AField
from core.models import Actor, Line, Model, OrganizationId

CollectionId = NewType("CollectionId", UUID)


def _usable(key: str) -> str:
    if key in constants.RESERVED_COLLECTIONS:
        raise PydanticCustomError("reserved", "This word means something else: choose another key.")
    return key


type Verb = Literal["read", "create", "update", "delete"]
type State = Literal["ready", "migrating"]
type CollectionKey = Annotated[Key, AfterValidator(_usable)]
type Permissions = Annotated[dict[RoleKey, tuple[Verb, ...]], Field(max_length=50)]

ALL: Final[tuple[Verb, ...]] = ("read", "create", "update", "delete")
DEFAULT: Final[dict[str, tuple[Verb, ...]]] = {
    "owner": ALL,
    "admin": ALL,
    "member": ALL,
    "billing": ("read",),
    "viewer": ("read",),
}


def _limited(fields: tuple[AnyField, ...]) -> tuple[AnyField, ...]:
    keys = [one.key for one in fields]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise PydanticCustomError(
            "twice", "A key is there once: {keys}.", {"keys": ", ".join(twice)}
        )
    if sum(one.declared for one in fields) > constants.INDEXED:
        most = {"most": constants.INDEXED}
        raise PydanticCustomError("indexed", "{most} fields are indexed or unique at most.", most)
    return fields


type Fields = Annotated[
    tuple[AField, ...],
    Field(min_length=1, max_length=constants.FIELDS),
    AfterValidator(_limited),
]


class Options(Model):
    """How strict a collection is. `require_if_match`: nothing is changed unseen (428)."""

    require_if_match: bool = False


class Definition(Model):
    """What people say of a collection.

    `permissions`: what each role may do with records, by role; roles that are not named may
    nothing. `own`: the roles that see and change only what they made themselves.
    """

    key: CollectionKey
    title: Line
    description: Annotated[str, Field(max_length=500)] | None = None
    fields: Fields
    permissions: Permissions = Field(default_factory=lambda: dict(DEFAULT))
    own: Annotated[tuple[RoleKey, ...], Field(max_length=50)] = ()
    options: Options = Options()


class Collection(Definition):
    """A definition that is kept; without an organization it is shared by all, who keep records.

    `version` is the schema's, and rises with every change. `numbers` are those of the fields in
    the side index, which are given once and stay; `last_number` is the latest that was given.
    While it is migrating, `building` are the fields of which the side index does not know every
    record yet, and `removed` those that are shown no more and whose values are on their way out.
    """

    id: CollectionId
    organization_id: OrganizationId | None
    version: int = 1
    state: State = "ready"
    numbers: dict[str, int] = Field(default_factory=dict)
    last_number: int = 0
    building: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    @model_validator(mode="after")
    def _numbered(self) -> Self:
        for one in self.fields:
            if one.key not in self.numbers:
                raise PydanticCustomError("numbers", "A field has no number.")
        return self

    @cached_property
    def by_key(self) -> dict[str, AnyField]:
        return {one.key: one for one in self.fields}

    @cached_property
    def declared(self) -> tuple[tuple[int, IndexedField], ...]:
        """Return the fields that the side index knows, each with its number."""
        fields = (one for one in self.fields if isinstance(one, IndexedField) and one.declared)
        return tuple((self.numbers[one.key], one) for one in fields)

    @property
    def definition(self) -> Definition:
        return Definition.model_validate(
            {one: getattr(self, one) for one in Definition.model_fields}
        )

    def knows(self, key: str) -> bool:
        """Tell whether the side index knows a field of every record that has it."""
        field = self.by_key.get(key)
        return field is not None and field.declared and key not in self.building

    def sortable(self, key: str) -> bool:
        """Tell whether records can be put in order by a field."""
        field = self.by_key.get(key)
        return isinstance(field, IndexedField) and field.indexed and key not in self.building

    def may(self, actor: Actor, verb: Verb) -> bool:
        """Tell whether somebody may do this with records at all."""
        return actor.trusted or verb in self.permissions.get(actor.role or "", ())

    def only_own(self, actor: Actor) -> bool:
        """Tell whether somebody sees and changes nothing but what they made."""
        return not actor.trusted and actor.role in self.own

    def readable(self, actor: Actor) -> frozenset[str]:
        """Return the keys of the fields that somebody may see."""
        return frozenset(one.key for one in self.fields if _may(actor, one.read))

    def writable(self, actor: Actor) -> frozenset[str]:
        """Return the keys of the fields that somebody may set."""
        return frozenset(one.key for one in self.fields if _may(actor, one.write))


def _may(actor: Actor, roles: tuple[str, ...] | None) -> bool:
    return roles is None or actor.trusted or actor.role in roles
