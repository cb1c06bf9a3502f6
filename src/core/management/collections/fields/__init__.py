"""The fifteen kinds of fields: what each takes, how it is kept, by what it is compared."""

from typing import Annotated

from pydantic import Field as Described

from core.management.collections.fields.base import (
    BaseField,
    Entry,
    FieldKey,
    IndexedField,
    Key,
    Slot,
)
from core.management.collections.fields.choices import (
    EnumField,
    FileRefField,
    JsonField,
    MultiEnumField,
    RecordRefField,
    Reference,
    UserRefField,
)
from core.management.collections.fields.numbers import BooleanField, DecimalField, IntegerField
from core.management.collections.fields.texts import EmailField, RichTextField, TextField, UrlField
from core.management.collections.fields.times import DateField, DateTimeField

__all__ = (
    "BaseField",
    "BooleanField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "EmailField",
    "Entry",
    "EnumField",
    "Field",
    "FieldKey",
    "FileRefField",
    "IndexedField",
    "IntegerField",
    "JsonField",
    "Key",
    "MultiEnumField",
    "RecordRefField",
    "Reference",
    "RichTextField",
    "Slot",
    "TextField",
    "UrlField",
    "UserRefField",
)

type AnyField = (
    TextField
    | RichTextField
    | IntegerField
    | DecimalField
    | BooleanField
    | DateField
    | DateTimeField
    | EnumField
    | MultiEnumField
    | EmailField
    | UrlField
    | JsonField
    | UserRefField
    | FileRefField
    | RecordRefField
)
type Field = Annotated[AnyField, Described(discriminator="type")]
