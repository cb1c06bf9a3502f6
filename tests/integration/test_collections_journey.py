"""Nouns of a product's own: defined over HTTP, kept as files, changed while records are there."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from tests.integration.service import Person, Service

TICKETS: dict[str, Any] = {
    "key": "tickets",
    "title": "Tickets",
    "fields": [
        {"key": "subject", "type": "text", "required": True, "max": 200},
        {"key": "state", "type": "enum", "options": ["open", "done"], "default": "open"},
        {"key": "price", "type": "decimal", "scale": 2},
    ],
}
FILE = """\
collections:
  - key: tickets
    title: Tickets
    fields:
      - {key: subject, type: text, required: true}
      - {key: due, type: date, indexed: true}
  - key: comments
    title: Comments
    fields:
      - {key: ticket, type: record_ref, collection: tickets, required: true}
      - {key: body, type: richtext}
"""


def settled(person: Person, at: str) -> dict[str, Any]:
    """Wait until the records of a collection follow its last change."""
    deadline = time.monotonic() + 30
    told: dict[str, Any] = {"state": "migrating"}
    while told["state"] == "migrating" and time.monotonic() < deadline:
        told = person.http.get(at).json()
    assert told["state"] == "ready"
    return told


def test_a_collection_is_defined_changed_deleted_and_brought_back(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/collections"

    made = ada.http.post(at, json=TICKETS)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"{at}/tickets"
    assert made.headers["ETag"] == '"1"'
    assert ada.http.post(at, json=TICKETS).json()["code"] == "collection_taken"
    assert [one["key"] for one in ada.http.get(at).json()["items"]] == ["tickets"]
    assert ada.http.get(f"{at}/Nothing!").json()["code"] == "collection_not_found"
    wrong = ada.http.post(at, json=TICKETS | {"fields": [{"key": "id", "type": "text"}]})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "#/fields/0/text/key"

    fields = [*TICKETS["fields"], {"key": "due", "type": "date", "indexed": True}]
    plan = ada.http.post(f"{at}/tickets/plan", json={"fields": fields}).json()
    assert (plan["action"], plan["migrates"], plan["violations"]) == ("update", True, [])
    stale = ada.http.patch(f"{at}/tickets", json={"title": "B"}, headers={"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    changed = ada.http.patch(f"{at}/tickets", json={"fields": fields}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] == '"2"'
    settled(ada, f"{at}/tickets")

    assert ada.http.delete(f"{at}/tickets").status_code == 204
    assert ada.http.get(f"{at}/tickets").status_code == 404
    assert ada.http.post(f"{at}/tickets/restore").json()["key"] == "tickets"


def test_records_are_looked_at_first_and_follow_then(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/collections"
    ada.http.post(at, json=TICKETS).raise_for_status()
    records = f"{at}/tickets/records"
    made = [
        ada.http.post(records, json={"subject": f"t{n % 3}", "price": f"{n}.5"}).json()
        for n in range(4)
    ]
    subject, state, price = TICKETS["fields"]

    twice = {"fields": [subject | {"unique": True}, state, price]}
    plan = ada.http.post(f"{at}/tickets/plan", json=twice).json()
    assert [(one["record_id"], one["code"]) for one in plan["violations"]] == [
        (made[3]["id"], "duplicate")
    ]
    refused = ada.http.patch(f"{at}/tickets", json=twice)
    assert (refused.status_code, refused.json()["code"]) == (409, "records_violate")
    assert refused.json()["errors"][0]["pointer"] == "#/collections/tickets/subject"

    rank = {"key": "rank", "type": "integer", "required": True, "default": 7, "indexed": True}
    fields = [subject, rank, price | {"indexed": True}]
    ada.http.patch(f"{at}/tickets", json={"fields": fields}).raise_for_status()
    settled(ada, f"{at}/tickets")

    found = ada.http.get(records, params={"sort": "-price"}).json()["items"]
    assert [one["id"] for one in found] == [one["id"] for one in reversed(made)]
    assert {one["rank"] for one in found} == {7}
    assert not any("state" in one for one in found)
    above = ada.http.get(records, params={"filter[price][gte]": "2.5", "sort": "rank"}).json()
    assert len(above["items"]) == 2


def test_the_schema_tells_what_a_record_is(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/collections"
    ada.http.post(at, json=TICKETS).raise_for_status()

    schema = ada.http.get(f"{at}/tickets/schema").json()
    document = ada.http.get(f"{at}/tickets/openapi").json()

    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid({"subject": "a", "price": "1.50"})
    assert not validator.is_valid({"subject": "a", "state": "gone"})
    assert document["openapi"] == "3.1.0"
    assert set(document["components"]["schemas"]) >= {"Record", "Sent", "Change"}


def test_a_file_is_applied_and_what_is_exported_applies_to_nothing(
    service: Service, tmp_path: Path
) -> None:
    ada = service.person()
    organization_id = ada.organization()
    at = f"/v1/organizations/{organization_id}/collections"
    file, exported = tmp_path / "collections.yaml", tmp_path / "exported.yaml"
    file.write_text(FILE)

    planned = service.cli("collections", "plan", str(file), organization_id)
    assert "+ tickets" in planned
    assert ada.http.get(at).json()["items"] == []
    service.cli("collections", "apply", str(file), organization_id)
    assert [one["key"] for one in ada.http.get(at).json()["items"]] == ["comments", "tickets"]

    exported.write_text(service.cli("collections", "export", organization_id))
    assert yaml.safe_load(exported.read_text()) == yaml.safe_load(FILE)
    for kept in (file, exported):
        told = service.cli("collections", "apply", str(kept), organization_id)
        assert told.strip() == "Everything is as the file says."
    again = service.cli("collections", "apply", str(exported), organization_id, "--json")
    assert {one["action"] for one in json.loads(again)["plans"]} == {"none"}


def test_what_is_lost_is_asked_for(service: Service, tmp_path: Path) -> None:
    ada = service.person()
    organization_id = ada.organization()
    at = f"/v1/organizations/{organization_id}/collections"
    file = tmp_path / "collections.yaml"
    file.write_text(FILE)
    service.cli("collections", "apply", str(file), organization_id)
    file.write_text(FILE.replace("      - {key: due, type: date, indexed: true}\n", ""))

    planned = service.cli("collections", "plan", str(file), organization_id)
    assert "- due: the date and all its values are removed (values are lost)" in planned
    refused = service.finished("collections", "apply", str(file), organization_id)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    service.cli("collections", "apply", str(file), organization_id, "--yes")
    told = settled(ada, f"{at}/tickets")
    assert [one["key"] for one in told["fields"]] == ["subject"]

    file.write_text("collections: []\n")
    service.cli("collections", "apply", str(file), organization_id, "--prune", "--yes")
    assert ada.http.get(at).json()["items"] == []
    service.cli("collections", "restore", organization_id, "comments")
    shown = service.cli("collections", "show", organization_id, "comments")
    assert "record_ref" in shown


def test_templates_are_applied_over_http_and_at_a_terminal(service: Service) -> None:
    ada = service.person()
    organization_id = ada.organization()
    at = f"/v1/organizations/{organization_id}/collections"
    listed = ada.http.get(f"{at}/templates").json()["items"]
    names = [one["name"] for one in listed]
    assert names == ["announcements", "changelog", "onboarding-checklists", "projects"]
    for name in names:
        assert name in service.cli("collections", "templates")

    service.cli("collections", "apply", "--template", "changelog", organization_id)
    [projects] = [one["collections"] for one in listed if one["name"] == "projects"]
    done = ada.http.post(f"{at}/apply", json={"collections": projects})
    assert done.status_code == 200, done.text
    assert {one["key"] for one in ada.http.get(at).json()["items"]} == {
        *("changelog", "projects", "tasks")
    }
    unknown = service.finished("collections", "plan", "--template", "nothing", organization_id)
    assert unknown.returncode == 2


def test_a_shared_collection_is_everybodys_to_read(service: Service, tmp_path: Path) -> None:
    ada = service.person()
    organization_id = ada.organization()
    at = f"/v1/organizations/{organization_id}/collections"
    file = tmp_path / "shared.yaml"
    file.write_text(FILE.replace("tickets", "shared_tickets").replace("comments", "shared_notes"))

    service.cli("collections", "apply", str(file), "--system", "--yes")

    try:
        listed = {one["key"]: one["shared"] for one in ada.http.get(at).json()["items"]}
        assert listed == {"shared_tickets": True, "shared_notes": True}
        refused = ada.http.patch(f"{at}/shared_notes", json={"title": "Mine"})
        assert (refused.status_code, refused.json()["code"]) == (403, "collection_shared")
        assert service.cli("collections", "export", organization_id) == "collections: []\n"
        assert "shared_notes" in service.cli("collections", "export", "--system")
    finally:
        for key in ("shared_notes", "shared_tickets"):
            service.cli("collections", "delete", key, "--system", "--yes")
    assert ada.http.get(at).json()["items"] == []
