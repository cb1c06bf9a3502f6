"""Collections as files."""

from pathlib import Path

import pytest
import typer
from hypothesis import given

from core.management.collections.models import Collection, Definition
from entrypoints.cli.management import files
from tests import nouns

DATED = """\
collections:
  - key: events
    title: Events
    fields:
      - {key: day, type: date, default: 2026-11-22, min: 2026-01-01}
      - {key: at, type: datetime, default: 2026-11-22T12:00:00Z}
"""


def read(folder: Path, text: str) -> list[Definition]:
    file = folder / "collections.yaml"
    file.write_text(text)
    return list(files.read(file).collections)


@given(nouns.collections())
def test_what_is_written_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, of: Collection
) -> None:
    folder = tmp_path_factory.mktemp("files")

    assert read(folder, files.written([of.definition])) == [of.definition]


@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029", "\xa0", "\ufeff"])
def test_odd_spaces_are_written_and_read(tmp_path: Path, odd: str) -> None:
    field = nouns.field("text", "title", default=f"{odd}a{odd}b{odd}")
    of = nouns.collection(field)

    assert read(tmp_path, files.written([of.definition])) == [of.definition]


def test_days_and_moments_need_no_quotes(tmp_path: Path) -> None:
    [found] = read(tmp_path, DATED)

    assert [one.default for one in found.fields] == ["2026-11-22", "2026-11-22T12:00:00Z"]


@pytest.mark.parametrize("text", ["a: [", "[]", "{}", "collections: []\nmore: 1", "a"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(typer.Exit):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_said_to_be_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        files.read(tmp_path / "nothing.yaml")
    assert "can't be read" in capsys.readouterr().err
