import pytest

LONG = ("test_code_pages", "test_tasks", "test_deploy", "test_runs")
"""Whose tests go first: a worker that begins them last would be the only one at work in the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in LONG)
