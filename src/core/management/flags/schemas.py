from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.listing import ListRequest, Lists
from core.management.flags import constants, splitting
from core.management.flags.conditions import Condition
from core.management.flags.fields import (
    FlagKey,
    FlagType,
    KeyPrefix,
    Value,
    VariantName,
    Variants,
    Weights,
)
from core.management.flags.models import Flag, FlagId, Reason, Rule
from core.models import Line, Model, Patch

SWITCH: Final[dict[str, Any]] = {"on": True, "off": False}
"""The variants of a bool that names none."""


class Targeting(Model):
    """For whom, and what: one variant that they all are served, or a split among them.

    `split` says how many in ten thousand are served each variant. Whoever is served one stays
    served it while its part grows; as it shrinks, just so many are taken away.
    """

    all: Annotated[tuple[Condition, ...], Field(max_length=constants.CONDITIONS)] = ()
    serve: VariantName | None = None
    split: Weights | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.serve is None) is (self.split is None):
            raise PydanticCustomError("rule", "Say either `serve` or `split`.")
        if self.split is not None and sum(self.split.values()) != constants.BUCKETS:
            raise PydanticCustomError("split", "The parts of a split are 10,000 together.")
        return self

    @classmethod
    def of(cls, rule: Rule) -> Self:
        split = None if rule.split is None else splitting.weights(rule.split)
        return cls(all=rule.all, serve=rule.serve, split=split)


type Rules = Annotated[tuple[Targeting, ...], Field(max_length=constants.RULES)]


class FlagDefinition(Model):
    """What a flag is. `default` is served where no rule says otherwise, and while it is off.

    A bool may leave its variants out: they are `on` and `off`, and `off` is the default.
    """

    title: Line | None = None
    type: FlagType = "bool"
    variants: Variants | None = None
    enabled: bool = True
    rules: Rules = ()
    default: VariantName | None = None

    @model_validator(mode="after")
    def _all_said(self) -> Self:
        if self.variants is None and self.type != "bool":
            raise PydanticCustomError("variants", "Say which `variants` there are.")
        if self.variants is not None and self.default is None:
            raise PydanticCustomError("default", "Say which of the variants is the `default`.")
        return self

    @classmethod
    def of(cls, flag: Flag) -> Self:
        rules = tuple(map(Targeting.of, flag.rules))
        return cls(rules=rules, **flag.model_dump(include=set(cls.model_fields) - {"rules"}))


class CreateFlag(FlagDefinition):
    key: FlagKey


class PutFlag(Model):
    """`only_new`: refuse if it is there. `expected_version`: refuse if it is another one."""

    key: FlagKey
    definition: FlagDefinition
    expected_version: int | None = None
    only_new: bool = False


class FlagChanges(Patch):
    """What changes of a flag (RFC 7396): variants by name, one that is null goes; rules as a whole.

    The type stays what it is.
    """

    nullable: ClassVar[frozenset[str]] = frozenset({"title"})

    title: Line | None = None
    variants: Annotated[
        dict[VariantName, Value | None] | None, Field(max_length=2 * constants.VARIANTS)
    ] = None
    enabled: bool | None = None
    rules: Rules | None = None
    default: VariantName | None = None


class FlagReference(Model):
    key: FlagKey


class UpdateFlag(FlagReference):
    changes: FlagChanges
    expected_version: int | None = None


class Switched(Model):
    enabled: bool


class ToggleFlag(FlagReference, Switched):
    expected_version: int | None = None


class DeleteFlag(FlagReference):
    expected_version: int | None = None


class FlagView(Model):
    id: FlagId
    key: str
    title: str | None
    type: FlagType
    variants: dict[str, Any]
    enabled: bool
    rules: tuple[Targeting, ...]
    default: str
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, flag: Flag) -> Self:
        rules = tuple(map(Targeting.of, flag.rules))
        return cls(rules=rules, **flag.model_dump(exclude={"rules", "organization_id"}))


class ListFlags(ListRequest):
    """Which flags, and with what their keys begin."""

    lists = Lists(
        FlagView,
        "id key title type enabled default version created_at updated_at",
        "key title enabled created_at updated_at",
    )

    q: KeyPrefix | None = None


class SavedFlag(Model):
    """What came of it, and whether it was not there before."""

    flag: FlagView
    created: bool


# --- What flags say -------------------------------------------------------------------------------


class Asking(Model):
    """Who asks: any attributes, and in `targetingKey` who it is."""

    context: Annotated[
        dict[str, Any] | None, Field(examples=[{"targetingKey": "user-1", "country": "de"}])
    ] = None


class EvaluateFlag(FlagReference, Asking): ...


class EvaluateFlags(Asking): ...


class Evaluated(TypedDict):
    """What a flag says to somebody, as OFREP writes it: which variant, its value, and why."""

    key: str
    value: Any
    variant: str
    reason: Reason


class Unevaluated(TypedDict):
    """Why one of many flags says nothing, as OFREP writes it."""

    key: str
    errorCode: Literal["TARGETING_KEY_MISSING"]
    errorDetails: str
