"""The pages about the code itself: what they change is changed, in a copy of the tree."""

from pathlib import Path

import pytest

from tests.infra.pages.tree import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_a_use_case_is_added_as_the_page_says(tree: Tree) -> None:
    printed = tree.walk("add-a-use-case")

    assert "2 passed" in printed
    assert "Take back the invitations that nobody has answered" in printed
    assert "0 broken" in printed
    assert "All checks passed!" in printed
    assert "Success: no issues found" in printed


def test_the_page_on_types_shows_what_mypy_says(tree: Tree) -> None:
    printed = tree.walk("typing")

    assert "Found 5 errors in 2 files" in printed
    assert "Success: no issues found in 1 source file" in printed


def test_an_integration_test_is_written_as_the_page_says_and_can_fail(tree: Tree) -> None:
    printed = tree.walk("write-integration-tests")

    assert "1 passed" in printed
    assert "1 failed" in printed
    assert "slug_free" in printed


def test_the_database_is_changed_as_the_page_says(tree: Tree) -> None:
    printed = tree.walk("change-the-database")

    assert 'op.add_column("users", sa.Column("pronouns", sa.Text()' in printed
    assert "The tables hold what the migrations make." in printed
