from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError, to_json

from core.models import Model
from core.stats import constants
from core.stats.conditions import Key
from core.stats.models import AnyName, Event, EventId, Name, NameSeen
from core.stats.questions import PropSeen

type Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
type Format = Literal["own", "cloudevents"]


class NewEvent(Model):
    """Something that happened. Sent again with the same `id` and `time` it counts once.

    Without a `time` it is the moment that a UUIDv7 in `id` was made in, or now.
    """

    name: Name
    id: UUID | None = None
    time: AwareDatetime | None = None
    subject: Text | None = None
    session: Text | None = None
    source: Text | None = None
    ext_id: Text | None = None
    props: dict[Key, Any] = Field(default_factory=dict, max_length=constants.PROPS)

    @field_validator("props")
    @classmethod
    def _scalars(cls, props: Mapping[str, Any]) -> dict[str, Any]:
        for key, value in props.items():
            if not _is_scalar(value):
                raise PydanticCustomError(
                    "scalar",
                    "{key} must be a text of up to 500 characters, a number, true, false or null.",
                    {"key": key},
                )
        if len(to_json(dict(props))) > constants.PROPS_BYTES:
            raise PydanticCustomError("props", "Properties take 8 KiB at most, together.")
        return dict(props)


class Ingest(Model):
    """Events as they came: each is judged by itself, so that one that is wrong costs no other."""

    events: Annotated[
        list[dict[str, Any]], Field(min_length=1, max_length=constants.EVENTS_AT_ONCE)
    ]
    format: Format = "own"


class Import(Model):
    """Events of a file: as `Ingest`, and more of them."""

    events: Annotated[
        tuple[dict[str, Any], ...], Field(min_length=1, max_length=constants.IMPORTED_AT_ONCE)
    ]


class Rejected(Model):
    """Why an event was not taken: its place in the list, a stable code, and a sentence."""

    index: int
    code: str
    detail: str


class IngestView(Model):
    inserted: int
    duplicates: int
    rejected: list[Rejected]


class Span(Model):
    """From when until when, that moment not included; left out it is open."""

    begin: AwareDatetime | None = Field(default=None, alias="from")
    end: AwareDatetime | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.begin and self.end and self.begin >= self.end:
            raise PydanticCustomError("range", "`from` must be before `to`.")
        return self


class ExportEvents(Span):
    """Which events are exported: all, or those of a name, of somebody, of some time."""

    name: AnyName | None = None
    subject: Text | None = None


class ListEvents(ExportEvents):
    limit: int = Field(default=25, ge=1, le=100)
    cursor: Annotated[str, Field(max_length=200)] | None = None


class EventReference(Model):
    event_id: EventId
    time: AwareDatetime


class EraseSubject(Model):
    subject: Text


class EventView(Model):
    id: EventId
    name: str
    time: datetime
    subject: str | None
    session: str | None
    source: str | None
    ext_id: str | None
    props: dict[str, Any]
    received_at: datetime | None

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls.model_validate(event, from_attributes=True)


class ListNames(Span):
    """Of which time the events are counted: the last 30 days when nothing is said."""


class NamesView(Model):
    items: list[NameSeen]


class NameReference(Model):
    name: AnyName


class PropsView(Model):
    """What the newest events of a name have as properties."""

    items: list[PropSeen]


def _is_scalar(value: object) -> bool:
    match value:
        case None | bool():
            return True
        case str():
            return len(value) <= constants.TEXT and "\0" not in value
        case int():
            return abs(value) < 10**30
        case float():
            return isfinite(value)
        case _:
            return False
