"""The kinds of text that come from outside, each with what it must look like."""

import re
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field, SecretStr
from pydantic_core import PydanticCustomError


def _encodable(secret: SecretStr) -> SecretStr:
    """Refuse lone surrogates: no encoding knows them, and so no hash does."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "This is no valid text.") from None
    return secret


def _compact(code: SecretStr) -> SecretStr:
    """Take a code as people type it: blanks and dashes are for reading alone."""
    return SecretStr(re.sub(r"[\s-]+", "", code.get_secret_value()))


type Email = Annotated[EmailStr, AfterValidator(str.lower)]
type Password = Annotated[SecretStr, Field(max_length=1024), AfterValidator(_encodable)]
type Token = Annotated[SecretStr, Field(max_length=1024), AfterValidator(_encodable)]
type AnyToken = Annotated[SecretStr, Field(max_length=8192), AfterValidator(_encodable)]
type Code = Annotated[
    SecretStr, Field(max_length=64), AfterValidator(_encodable), AfterValidator(_compact)
]
type LongSecret = Annotated[
    SecretStr, Field(min_length=1, max_length=10_000), AfterValidator(_encodable)
]
type RoleKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$", examples=["member"])]
type Slug = Annotated[
    str, Field(pattern=r"^[a-z0-9](-?[a-z0-9]){1,62}$", examples=["analytical-engines"])
]
