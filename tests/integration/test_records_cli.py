"""Records at a terminal."""

import json
from pathlib import Path
from typing import Any

from tests.integration.service import Service
from tests.integration.test_records_journey import Desk


def said(service: Service, *arguments: str) -> Any:
    return json.loads(service.cli("records", *arguments, "--json"))


def test_records_are_made_found_changed_and_brought_back(service: Service) -> None:
    desk = Desk(service.person())
    org = desk.at.rpartition("/")[2]
    made = said(service, "create", org, "tickets", '{"title": "Fire", "priority": 3}')
    one = made["id"]
    assert (made["version"], made["created_by"]) == (1, None)
    put = said(service, "put", org, "tickets", "N-1", '{"title": "Flood"}', "--by", "number")
    assert put["number"] == "N-1"

    found = said(service, "list", org, "tickets", "--filter", "priority[gte]=3", "--sort", "title")
    assert [row["id"] for row in found] == [one]
    assert "Flood" in service.cli("records", "list", org, "tickets", "--q", "flood", "--count")
    changed = said(
        service, "update", org, "tickets", one, '{"priority": null}', "--if-version", "1"
    )
    assert (changed["version"], changed["priority"]) == (2, None)
    service.cli("records", "update", org, "tickets", one, "{}", "--if-version", "1", expect=1)
    assert said(service, "revert", org, "tickets", one, "1")["priority"] == 3
    service.cli("records", "delete", org, "tickets", one, "--yes")
    service.cli("records", "get", org, "tickets", one, expect=1)
    assert said(service, "restore", org, "tickets", one)["version"] == 5
    history = said(service, "history", org, "tickets", one)
    assert [row["version"] for row in history] == [5, 4, 3, 2, 1]
    assert "Fire" in service.cli("records", "get", org, "tickets", one)


def test_files_and_batches_are_taken_and_the_index_is_examined(
    service: Service, tmp_path: Path
) -> None:
    desk = Desk(service.person())
    org = desk.at.rpartition("/")[2]
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = "".join(f"N{n},t{n},{n}\n" for n in range(1500))
    file.write_text(f"number,title,priority\n{rows}x,,1\n")

    tried = said(service, "import", org, "tickets", str(file), "--dry-run")
    assert (tried["created"], tried["failed"], tried["total"]) == (1500, 1, 1501)
    told = said(service, "import", org, "tickets", str(file))
    assert (told["created"], told["failed"], told["state"]) == (1500, 1, "done")
    assert told["errors"][0]["pointer"] == "#/rows/1501/title"
    unique = tmp_path / "unique.csv"
    unique.write_text("number,title\nN1,a\nN2,b\n")
    failed = service.finished("records", "import", org, "tickets", str(unique), "--max-errors", "1")
    assert (failed.returncode, "failed" in failed.stdout) == (1, True)
    again = said(service, "import", org, "tickets", str(file), "--upsert-on", "number")
    assert (again["created"], again["unchanged"]) == (0, 1500)

    service.cli("records", "export", org, "tickets", "--sort", "priority", "--output", str(out))
    assert len(out.read_text().splitlines()) == 1501
    lines = service.cli("records", "export", org, "tickets", "--filter", "priority=7")
    assert json.loads(lines)["title"] == "t7"

    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({"ops": [{"op": "create", "data": {"title": "z"}}]}))
    assert said(service, "batch", org, "tickets", str(batch))["succeeded"] == 1
    found = said(service, "verify-index", org, "tickets")
    assert (found["records"], found["rows"], found["wrong"]) == (1501, 1501 * 5, [])
