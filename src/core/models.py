"""The shapes every module builds on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NewType, Self, TypedDict, override
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from core import exceptions

UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)
OrganizationId = NewType("OrganizationId", UUID)

CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""Control characters and the bidirectional ones that make a text read as another."""

type Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=f"^[^{CONTROL}]*$"
    ),
    Field(examples=["Ada Lovelace"]),
]
"""One line of text a person typed: a name, a label."""


def _written(moment: object) -> object:
    """Refuse bare numbers: they would pass for seconds since 1970."""
    if isinstance(moment, int | float) or (isinstance(moment, str) and "-" not in moment[1:]):
        raise PydanticCustomError("datetime_format", "Write it as RFC 3339 does.")
    return moment


type Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


class Model(BaseModel):
    """An immutable, validated value."""

    # Built when it is used first: a process uses few of them, and all are a quarter of its start.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, validated like any other."""
        return self.model_validate(self.model_dump() | changes)


class Event(Model):
    """Something that happened, and when, that others may want to hear of."""

    topic: ClassVar[str]

    kinds: ClassVar[dict[str, type["Event"]]] = {}

    at: datetime

    @classmethod
    @override
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if "topic" in cls.__dict__:
            cls.kinds[cls.topic] = cls


class OrganizationEvent(Event):
    """Something that happened in an organization."""

    organization_id: OrganizationId


class Job(Model):
    """A command that is carried out later, by a worker, at least once."""

    name: ClassVar[str]
    lock: ClassVar[str | None] = None

    kinds: ClassVar[dict[str, type["Job"]]] = {}

    @classmethod
    @override
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.kinds[cls.name] = cls


class Permission(Model):
    """Something a role may do, `resource:action`, and the built-in roles that may."""

    name: str = Field(pattern=r"^[a-z_]+:[a-z_]+$")
    about: str
    roles: frozenset[str] = frozenset()


class _Limited(TypedDict):
    limit: int


class Window(_Limited, total=False):
    """At most `limit` items, older than `before`."""

    before: UUID | None


class Page[T](Model):
    """Some items of a list; no cursor after the last. `count`: of all of them, if it was asked."""

    items: list[T]
    next_cursor: str | None = None
    count: int | None = Field(default=None, exclude_if=lambda count: count is None)


class PageRequest(Model):
    """Which page of a list that runs from the newest to the oldest."""

    limit: int = Field(default=25, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=100)

    def window(self) -> Window:
        """Return what to ask a repository for: one more than wanted tells whether there is more."""
        return {"limit": self.limit + 1, "before": self._before()}

    def page[T](self, found: list[T], key: Callable[[T], UUID]) -> Page[T]:
        """Cut what was found to size; the cursor is the key of the last item."""
        items = found[: self.limit]
        more = len(found) > self.limit
        cursor = urlsafe_b64encode(key(items[-1]).bytes).rstrip(b"=").decode() if more else None
        return Page(items=items, next_cursor=cursor)

    def _before(self) -> UUID | None:
        if self.cursor is None:
            return None
        try:
            return UUID(bytes=urlsafe_b64decode(self.cursor.encode() + b"=="))
        except ValueError:
            raise exceptions.InvalidCursor from None


class Patch(Model):
    """Fields to change. One that is left out stays as it is; null empties a `nullable` one."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*")
    @classmethod
    def _no_null(cls, value: object, field: ValidationInfo) -> object:
        if value is None and field.field_name not in cls.nullable:
            raise PydanticCustomError("null", "Leave it out, or give it a value.")
        return value

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe what is taken: null is none of it where it is refused."""
        described = handler(core_schema)
        for name, field in handler.resolve_ref_schema(described)["properties"].items():
            match field:
                case {"anyOf": [taken, {"type": "null"}]} if name not in cls.nullable:
                    field.clear()
                    field.update(taken)
        return described


class OneOf(Model):
    """Of the fields that `choices` names exactly one is given."""

    choices: ClassVar[tuple[str, ...]]

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in self.choices) != 1:
            names = {"names": ", ".join(self.choices)}
            raise PydanticCustomError("exactly_one", "Send exactly one of {names}.", names)
        return self


type ActorKind = Literal["anonymous", "user", "api_key", "cli", "system"]
type PlatformRole = Literal["none", "support", "operator"]


class Actor(Model):
    """Who asks, from where, and what they may do in the organization they ask about.

    Permissions are read from the database at each request, so they are never stale. `strong`: two
    factors proved who it is. `scope_organization_id`: an organization's own single sign-on did, and
    so they are nobody outside of it. `impersonator_id`: an operator acts as them.
    """

    kind: ActorKind
    user_id: UserId | None = None
    session_id: SessionId | None = None
    api_key_id: UUID | None = None
    authenticated_at: datetime | None = None
    strong: bool = False
    scope_organization_id: OrganizationId | None = None
    impersonator_id: UserId | None = None
    read_only: bool = False
    platform_role: PlatformRole = "none"
    organization_id: OrganizationId | None = None
    role: str | None = None
    permissions: frozenset[str] = frozenset()
    ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None

    @property
    def trusted(self) -> bool:
        """The operator at a terminal, and the service itself, may do everything."""
        return self.kind in {"cli", "system"}

    def may(self, permission: Permission) -> bool:
        return self.trusted or permission.name in self.permissions

    def require(self, permission: Permission) -> OrganizationId:
        """Refuse unless the actor may; return the organization in which they may."""
        organization_id = self.require_organization()
        if not self.may(permission):
            raise exceptions.PermissionDenied(f"This needs the permission {permission.name}.")
        return organization_id

    def require_organization(self) -> OrganizationId:
        """Return the organization the actor asks about, as one of its members."""
        if self.organization_id is None:
            raise exceptions.NotFound
        return self.organization_id

    def require_user(self) -> UserId:
        """Refuse unless a person is asking; return who."""
        if self.kind == "api_key":
            raise exceptions.PermissionDenied("An API key can't do this: sign in as a person.")
        if self.user_id is None:
            raise exceptions.AuthenticationRequired
        return self.user_id

    def require_self(self) -> UserId:
        """Refuse unless it is the person themselves, with a session that is theirs alone.

        What decides over an account is beyond an organization's single sign-on, which could make
        sessions for anybody in its domain, and beyond an operator who acts as somebody.
        """
        user_id = self.require_at_large()
        if self.impersonator_id is not None:
            raise exceptions.PermissionDenied("Only they can do this, not you in their place.")
        return user_id

    def require_at_large(self) -> UserId:
        """Refuse whoever is somebody in one organization alone; return who is asking.

        Whoever runs an organization's single sign-on could come as any of its members, and is to
        learn nothing of what they are elsewhere.
        """
        user_id = self.require_user()
        if self.scope_organization_id is not None:
            raise exceptions.PermissionDenied(
                "This session belongs to an organization's single sign-on: sign in by yourself."
            )
        return user_id

    def sees(self, organization_id: OrganizationId | None) -> bool:
        """Tell whether what belongs to an organization, or to none, is theirs to look at."""
        return self.scope_organization_id in {None, organization_id}

    def require_platform(self, *roles: PlatformRole) -> None:
        """Refuse unless an operator of the installation is asking, proven by two factors."""
        if self.trusted:
            return
        if self.platform_role not in roles or self.impersonator_id or self.scope_organization_id:
            raise exceptions.PermissionDenied("This is for operators of the installation.")
        if not self.strong:
            raise exceptions.SecondFactorRequired

    def within(self, organization_id: OrganizationId) -> Self:
        return self.model_copy(update={"organization_id": organization_id})


class Limit(Model):
    """At most `count` of something in `seconds`."""

    name: str
    count: int
    seconds: int
