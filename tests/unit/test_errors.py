"""Every error has one stable code, and the reference tells all of them and no other."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import entrypoints.http
from core import exceptions
from core.exceptions import CoreError
from entrypoints.http.problems import STATUS, status_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"

OF_HTTP = {
    "malformed_json": 400,
    "malformed": 400,
    "bad_request": 400,
    "not_found": 404,
    "method_not_allowed": 405,
    "request_header_fields_too_large": 431,
    "crash": 500,
    "unavailable": 503,
}
"""Codes without a class of their own: kinds that are raised as such, and HTTP's statuses."""

OF_THE_PROXY = {
    "request_timeout": 408,
    "uri_too_long": 414,
    "misdirected_request": 421,
    "bad_gateway": 502,
    "gateway_timeout": 504,
}
"""What NGINX in front answers by itself."""


def subclasses(error: type[CoreError]) -> Iterator[type[CoreError]]:
    for one in error.__subclasses__():
        yield one
        yield from subclasses(one)


@pytest.fixture(scope="module")
def errors() -> list[type[CoreError]]:
    """Every error that is no kind; whatever the entrypoints import may be raised."""
    for module in pkgutil.walk_packages(entrypoints.http.__path__, "entrypoints.http."):
        importlib.import_module(module.name)
    return [
        one
        for one in subclasses(CoreError)
        if one not in STATUS and not one.__module__.startswith("tests")
    ]


@pytest.fixture(scope="module")
def documented() -> list[tuple[str, str]]:
    """What the page says: each code with its status."""
    rows = re.findall(r"^\| (`.+?`) \| (\S+) \|", PAGE.read_text(), re.MULTILINE)
    return [(code, status) for codes, status in rows for code in re.findall(r"`(\w+)`", codes)]


def test_every_code_is_unique(errors: list[type[CoreError]]) -> None:
    codes = [error.code for error in errors]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_every_error_is_of_one_kind(errors: list[type[CoreError]]) -> None:
    assert [one.__name__ for one in errors if len(STATUS.keys() & set(one.__mro__)) != 1] == []
    kinds = {kind.__name__ for kind in STATUS}
    assert set(re.findall(r"^\| (\w+) \| \d+ \|", PAGE.read_text(), re.MULTILINE)) == kinds


def test_every_title_is_a_sentence(errors: list[type[CoreError]]) -> None:
    assert [one.code for one in errors if not re.fullmatch(r"[A-Z].*\.", one.title)] == []


def test_the_reference_tells_every_code_with_its_status_and_no_other(
    errors: list[type[CoreError]], documented: list[tuple[str, str]]
) -> None:
    known = {error.code: str(status_of(error).value) for error in errors} | {"mail_refused": "-"}
    known |= {code: str(status) for code, status in (OF_HTTP | OF_THE_PROXY).items()}

    assert len(documented) == len(dict(documented))
    assert dict(documented) == known


def test_what_is_said_of_kinds_is_true() -> None:
    rows = re.findall(r"^\| (\w+) \| (\d+) \|", PAGE.read_text(), re.MULTILINE)

    assert {kind: int(status) for kind, status in rows} == {
        kind.__name__: status.value for kind, status in STATUS.items()
    }
    assert status_of(exceptions.CoreError) == 500
