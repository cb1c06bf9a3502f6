"""What the pages say: a file a language in the folder `locales`, all with the same keys."""

import tomllib
from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any, Final, get_args

from core.accounts import constants
from core.exceptions import CoreError, FieldError
from core.mails.models import Locale

type Words = Mapping[str, Any]

FOLDER: Final = Path(__file__).with_name("locales")
LOCALES: Final[tuple[Locale, ...]] = get_args(Locale.__value__)
WORDS: Final[Mapping[Locale, Words]] = {
    locale: tomllib.loads((FOLDER / f"{locale}.toml").read_text("utf-8")) for locale in LOCALES
}


def locale_of(asked: str | None, accept_language: str) -> Locale:
    """Return the language that is asked for, or else the one a browser likes best among ours."""
    if known := _known(asked or ""):
        return known
    liked = sorted(_ranges(accept_language), key=lambda one: one[1], reverse=True)
    return next((known for tag, quality in liked if quality and (known := _known(tag))), "en")


def _known(tag: str) -> Locale | None:
    primary = tag.strip().lower().partition("-")[0]
    return next((locale for locale in LOCALES if locale == primary), None)


def _ranges(accept_language: str) -> Iterator[tuple[str, float]]:
    """Yield language tags and how much each is liked (RFC 9110 12.5.4)."""
    for one in accept_language[:1000].split(","):
        tag, _, weight = one.partition(";")
        try:
            yield tag, float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue


def said(words: Words, error: CoreError) -> str:
    """Say what an error means; an error no translator knows yet speaks for itself."""
    text: str = words["errors"].get(error.code) or error.detail or error.title
    return text.replace("{minutes}", str(ceil((error.retry_after or 60) / 60)))


def wrong(words: Words, error: FieldError) -> str:
    code = "email" if error.code == "value_error" else error.code
    text: str = words["wrong"].get(code) or error.detail
    return lengths(text)


def lengths(text: str) -> str:
    """Fill in how long a password may be."""
    least, most = constants.PASSWORD_MIN_LENGTH, constants.PASSWORD_MAX_LENGTH
    return text.replace("{least}", str(least)).replace("{most}", str(most))
