"""What can be set: every setting is defined here, by key, kind, default, and who may set it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    EmailStr,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError, to_json

from core.exceptions import FieldError, ValidationFailed
from core.management.settings import constants
from core.management.settings.models import SettingScope
from core.models import CONTROL, Line, Model

type SettingKind = Literal["bool", "int", "text", "enum", "zone", "colour", "email", "url", "json"]

EVERY: Final[tuple[SettingScope, ...]] = ("system", "organization", "user")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone", "Use a name like Europe/Berlin.") from None
    return name


def _small(value: JsonValue) -> JsonValue:
    if len(to_json(value)) > constants.JSON_BYTES:
        raise PydanticCustomError("json", "This takes 16 KiB at most.")
    return value


JUDGES: Final[Mapping[SettingKind, TypeAdapter[Any]]] = {
    "bool": TypeAdapter(StrictBool),
    "int": TypeAdapter(StrictInt),
    "text": TypeAdapter(Line),
    "enum": TypeAdapter(str),
    "zone": TypeAdapter(Annotated[str, Field(max_length=64), AfterValidator(_zone)]),
    "colour": TypeAdapter(
        Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
    ),
    "email": TypeAdapter(EmailStr),
    "url": TypeAdapter(
        Annotated[
            str,
            StringConstraints(pattern=rf"^https://[^\s{CONTROL}]+$", max_length=constants.TEXT),
        ]
    ),
    "json": TypeAdapter(Annotated[JsonValue, AfterValidator(_small)]),
}
"""How a value of each kind is judged."""


class Definition(Model):
    """A setting that there is: `namespace.name`, what it decides, and what holds by itself.

    `scopes` are where it may be set. What is `secret` is never told again, only that it is set.
    """

    key: str = Field(pattern=r"^[a-z][a-z_]*\.[a-z][a-z_]*$")
    title: Line
    about: Line
    kind: SettingKind
    scopes: tuple[SettingScope, ...] = EVERY
    default: JsonValue = None
    secret: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    def fits(self, value: JsonValue) -> bool:
        try:
            self.judged(value)
        except ValidationFailed:
            return False
        return True

    def judged(self, value: JsonValue) -> JsonValue:
        """Return the value as it is kept; raise ValidationFailed if it is none of this setting."""
        if value is None:
            wrong = FieldError("#/value", "null", "Give it a value, or delete the setting.")
            raise ValidationFailed(errors=[wrong])
        try:
            judged: JsonValue = JUDGES[self.kind].validate_python(value)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False, include_context=False)
            raise ValidationFailed(
                errors=[FieldError("#/value", one["type"], one["msg"]) for one in found]
            ) from None
        if beyond := self._out_of_bounds(judged):
            raise ValidationFailed(errors=[FieldError("#/value", "out_of_bounds", beyond)])
        return judged

    def _out_of_bounds(self, value: JsonValue) -> str | None:
        match value:
            case str() if self.kind == "enum" and value not in self.choices:
                return f"Use one of: {', '.join(self.choices)}."
            case str() if self.most is not None and len(value) > self.most:
                return f"Use {self.most} characters at most."
            case int() if self.least is not None and value < self.least:
                return f"Use {self.least} or more."
            case int() if self.most is not None and value > self.most:
                return f"Use {self.most} or less."
        return None


REGISTRY: Final = (
    Definition(
        key="branding.colour",
        title="Colour",
        about="Of buttons in mails and on the service's own pages: #2f55d4.",
        kind="colour",
        scopes=("system",),
    ),
    Definition(
        key="branding.name",
        title="Name of the product",
        about="In mails and on the service's own pages, instead of CORE_PRODUCT_NAME.",
        kind="text",
        scopes=("system",),
        most=60,
    ),
    Definition(
        key="branding.support",
        title="Support address",
        about="Where people ask, at the end of every mail and of the service's own pages.",
        kind="email",
        scopes=("system",),
    ),
    Definition(
        key="locale.language",
        title="Language",
        about="Which language the product speaks.",
        kind="enum",
        choices=("en", "de"),
        default="en",
    ),
    Definition(
        key="locale.timezone",
        title="Time zone",
        about="In which zone the product tells times.",
        kind="zone",
        default="UTC",
    ),
    Definition(
        key="locale.week_start",
        title="First day of the week",
        about="With which day the product's weeks begin.",
        kind="enum",
        choices=("monday", "saturday", "sunday"),
        default="monday",
    ),
    Definition(
        key="notifications.digest",
        title="Digest",
        about="How often the product sums up what happened, by mail.",
        kind="enum",
        choices=("never", "daily", "weekly"),
        default="weekly",
    ),
    Definition(
        key="notifications.news",
        title="News of the product",
        about="Whether somebody wants mails about what is new.",
        kind="bool",
        scopes=("system", "user"),
        default=False,
    ),
    Definition(
        key="product.preferences",
        title="Preferences",
        about="What the product keeps for itself: any JSON, 16 KiB at most.",
        kind="json",
        default={},
    ),
    Definition(
        key="alerts.chat_url",
        title="Chat that hears of alerts",
        about="An incoming webhook of Slack, Mattermost or the like, which is told of alerts.",
        kind="url",
        scopes=("organization",),
        secret=True,
    ),
)
"""All of them. A product adds its own lines."""

BY_KEY: Final[Mapping[str, Definition]] = {one.key: one for one in REGISTRY}
