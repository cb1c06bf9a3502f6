"""What docs/reference/asvs.md claims is proven by tests that exist and run.

It is not seen here that they pass: whoever runs the whole suite sees that. So each test that the
page names must be one that pytest collects, and nothing may let it be passed over: no mark that
skips it or lets it fail, and no skipping from inside, anywhere among the tests. Only what runs
infra/ may find that a machine lacks a program, and proves no requirement.
"""

import importlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "asvs.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py::[\w:]+)`", PAGE)))
UNPROVEN = ("not applicable: ", "not kept by the service: ")
PASSED_OVER = {"skip", "skipif", "xfail"}

SECTIONS = {
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 6, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 2, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 4,
}  # fmt: skip
"""Sections of ASVS 5.0.0 and the last requirement that we look at in each."""

LEVEL_3 = {"6.3.6", "6.4.5"}  # within these, and not asked for


def test_every_requirement_is_there_once() -> None:
    asked = {
        f"{section}.{number}"
        for section, last in SECTIONS.items()
        for number in range(1, last + 1)
        if f"{section}.{number}" not in LEVEL_3
    }

    assert Counter(number for number, *_ in ROWS) == Counter(asked)


def test_a_requirement_is_proven_or_says_why_not() -> None:
    unproven = [
        number
        for number, _, kept, proof in ROWS
        if not re.search(r"`tests/", proof) and not kept.startswith(UNPROVEN)
    ]

    assert unproven == []


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_is_named_runs(named: str) -> None:
    file, *path = named.split("::")
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    holders: list[Any] = [module]
    for name in path:
        holders.append(getattr(holders[-1], name))

    *classes, function = holders[1:]
    assert not file.startswith("tests/infra/")
    assert Path(file).name.startswith("test_")
    assert function.__name__.startswith("test_")
    assert all(one.__name__.startswith("Test") and not _has_init(one) for one in classes)
    assert not {mark.name for one in holders for mark in _marks(one)} & PASSED_OVER


def test_no_test_is_passed_over_from_inside() -> None:
    tests = ROOT / "tests"
    files = set(tests.rglob("*.py")) - set((tests / "infra").rglob("*.py")) - {Path(__file__)}
    passing = re.compile(r"pytest\.(skip|xfail|importorskip)\(|SkipTest")

    assert [file.name for file in files if passing.search(file.read_text())] == []


def _has_init(one: type) -> bool:
    return one.__init__ is not object.__init__  # type: ignore[misc]


def _marks(holder: Any) -> list[Any]:
    marks = getattr(holder, "pytestmark", [])
    return marks if isinstance(marks, list) else [marks]
