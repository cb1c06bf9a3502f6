"""What operators run the service by, on the wire: settings, switches, figures, jobs, the log."""

import csv
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.audit import AuditEvent
from tests.factories import PASSWORD
from tests.integration.phone import Phone
from tests.integration.service import Person, Service

SECRET = "https://chat.example.com/hooks/a-secret"


def made_operator(service: Service, role: str = "operator") -> Person:
    person = service.person()
    service.cli("accounts", "users", "grant-role", person.email, role)
    Phone(person)
    return person


@pytest.fixture(scope="module")
def operator(service: Service) -> Person:
    return made_operator(service)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def keyed(answer: httpx.Response) -> dict[str, Any]:
    return {one["key"]: one for one in answer.json()["items"]}


# --- Settings -------------------------------------------------------------------------------------


def test_settings_lie_in_layers(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/settings"
    key = "locale.timezone"

    first = ada.http.get(f"{at}/{key}")
    assert (first.headers["etag"], first.json()["set"]) == ('"0"', False)
    made = ada.http.put(
        f"{at}/{key}", json={"value": "Europe/Berlin"}, headers={"If-Match": first.headers["etag"]}
    )
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    stale = ada.http.put(f"{at}/{key}", json={"value": "UTC"}, headers={"If-Match": '"0"'})
    assert code(stale) == (412, "version_mismatch")
    assert ada.http.put(f"/v1/me/settings/{key}", json={"value": "Asia/Tokyo"}).status_code == 200

    here = keyed(ada.http.get(f"{at}/effective"))[key]
    assert (here["value"], here["source"]) == ("Asia/Tokyo", "user")
    assert ada.http.delete(f"/v1/me/settings/{key}").status_code == 204
    here = keyed(ada.http.get(f"{at}/effective"))[key]
    assert (here["value"], here["source"]) == ("Europe/Berlin", "organization")
    alone = keyed(ada.http.get("/v1/me/settings/effective"))[key]
    assert alone["source"] in {"system", "default"}
    assert keyed(ada.http.get(at))[key]["value"] == "Europe/Berlin"
    assert key in keyed(ada.http.get("/v1/me/settings"))


def test_only_what_is_defined_is_set_and_only_as_it_must_be(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/settings"

    unknown = ada.http.put(f"{at}/my.own", json={"value": 1})
    assert code(unknown) == (404, "setting_not_found")
    assert "locale.language" in unknown.json()["keys"]
    wrong = ada.http.put(f"{at}/locale.language", json={"value": "fr"})
    assert code(wrong) == (422, "validation_failed")
    assert wrong.json()["errors"][0]["pointer"] == "#/value"
    assert "en, de" in wrong.json()["errors"][0]["detail"]


def test_a_secret_is_never_told_again(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/settings"

    made = ada.http.put(f"{at}/alerts.chat_url", json={"value": SECRET})

    assert made.json()["value"] == {"set": True}
    for path in (at, f"{at}/alerts.chat_url", f"{at}/effective"):
        answer = ada.http.get(path)
        assert answer.status_code == 200
        assert "a-secret" not in answer.text
    assert "a-secret" not in service.log.read_text()


def test_the_installations_look_is_seen_in_pages_and_mails(
    service: Service, operator: Person
) -> None:
    at = "/v1/admin/settings"
    assert operator.http.get(at).status_code == 200
    told = {"name": "Engines & Sons", "colour": "#00ff7f", "support": "help@example.com"}
    try:
        for key, value in told.items():
            path = f"{at}/branding.{key}"
            assert operator.http.put(path, json={"value": value}).status_code == 200

        wait_until(lambda: "Engines &amp; Sons" in service.client().get("/forgot-password").text)
        page = service.client().get("/forgot-password")
        assert "mailto:help@example.com" in page.text
        assert '/pages/brand.css?v=00ff7f"' in page.text
        assert "--act: #00ff7f" in service.client().get("/pages/brand.css").text
        newcomer = service.person()
        [mail] = service.mails_to(newcomer.email)
        assert mail.split()[-4:] == ["Engines", "&", "Sons", "help@example.com"]
    finally:
        for key in told:
            assert operator.http.delete(f"{at}/branding.{key}").status_code == 204
    wait_until(lambda: "Engines" not in service.client().get("/forgot-password").text)


def wait_until(holds: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_settings_at_a_terminal(service: Service) -> None:
    ada = service.person()
    organization_id = ada.organization()
    inside = ("--organization", organization_id)

    service.cli("settings", "set", "locale.language", "de", *inside)
    service.cli("settings", "set", "notifications.news", "true", "--user", ada.email)
    service.cli("settings", "set", "alerts.chat_url", "-", *inside, stdin=f"{SECRET}\n")

    shown = json.loads(service.cli("settings", "get", "locale.language", *inside, "--json"))
    assert (shown["value"], shown["scope"], shown["version"]) == ("de", "organization", 1)
    both = (*inside, "--user", ada.email, "--json")
    holds = {one["key"]: one for one in json.loads(service.cli("settings", "effective", *both))}
    assert holds["notifications.news"]["value"] is True
    assert holds["locale.language"]["source"] == "organization"
    assert "a-secret" not in service.cli("settings", "show", *inside)
    service.cli("settings", "unset", "locale.language", *inside, "--yes")
    assert "locale.language" in service.cli("settings", "set", "no.such", "1", expect=1)


# --- At a glance, and jobs ------------------------------------------------------------------------


def test_the_installation_at_a_glance(service: Service, operator: Person) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}/events"
    before = operator.http.get("/v1/admin/overview").json()
    happened = {"name": "order.placed", "time": datetime.now(UTC).isoformat()}
    ada.http.post(at, json={"events": [happened]}).raise_for_status()
    service.person()

    found = operator.http.get("/v1/admin/overview").json()

    assert found["events_today"] > before["events_today"]  # ours, and what the service tells
    assert found["accounts"]["users"] == before["accounts"]["users"] + 1
    assert found["accounts"]["sign_ups_7_days"] == found["accounts"]["users"]
    assert found["billing"] == before["billing"]
    assert found["jobs"].keys() == {"waiting", "running", "failed", "mails_failed"}
    assert found["files"].keys() == {"files", "bytes"}
    assert found["webhooks"].keys() == {"endpoints", "disabled"}
    supporter = made_operator(service, "support")
    assert supporter.http.get("/v1/admin/overview").status_code == 200
    assert code(ada.http.get("/v1/admin/overview")) == (403, "permission_denied")
    printed = json.loads(service.cli("overview", "--json"))
    assert printed["accounts"]["organizations"] == found["accounts"]["organizations"]
    assert "accounts: users" in service.cli("overview")


@pytest.fixture
def resting(tmp_path: Path) -> Iterator[Service]:
    """A service that carries no jobs out, so that they can be looked at."""
    with Service(tmp_path, worker="off") as started:
        yield started


def test_jobs_are_listed_cancelled_and_tried_again(resting: Service) -> None:
    email = f"{uuid4().hex}@example.com"
    service, http = resting, resting.client()
    registered = http.post("/v1/auth/register", json={"email": email, "password": PASSWORD})
    assert registered.status_code == 202

    listed = json.loads(service.cli("jobs", "list", "--name", "mails.send", "--json"))
    [job] = [one for one in listed if one["payload"]["to"] == email]
    assert job["status"] == "waiting"
    assert job["payload"]["link"]["payload"] == "(hidden)"
    shown = json.loads(service.cli("jobs", "show", str(job["id"]), "--json"))
    assert shown == job
    assert "failed" in service.cli("jobs", "retry", str(job["id"]), expect=1)
    service.cli("jobs", "cancel", str(job["id"]), "--yes")
    assert "waits" in service.cli("jobs", "cancel", str(job["id"]), "--yes", expect=1)
    service.cli("jobs", "drain")
    assert service.mails_to(email) == []
    rows = json.loads(service.cli("jobs", "list", "--status", "cancelled", "--json"))
    assert [row["id"] for row in rows] == [job["id"]]


def test_jobs_over_http(service: Service, operator: Person) -> None:
    http, at = operator.http, "/v1/admin/jobs"
    page = http.get(f"{at}?limit=1&status=failed")

    assert page.status_code == 200
    assert page.json()["items"] == []
    assert http.get(f"{at}/0").status_code == 422
    for path in (f"{at}/4000000", f"{at}/{2**70}"):
        assert code(http.get(path)) == (404, "job_not_found")
        for verb in ("retry", "cancel"):
            assert code(http.post(f"{path}/{verb}")) == (404, "job_not_found")
    assert http.get(f"{at}?status=nothing").status_code == 422
    assert code(http.get(f"{at}?cursor=x")) == (400, "invalid_cursor")
    supporter = made_operator(service, "support").http
    assert supporter.get(at).status_code == 200
    assert code(supporter.post(f"{at}/1/cancel")) == (403, "permission_denied")


# --- The log as a file ----------------------------------------------------------------------------


def test_the_log_is_handed_out_as_a_file(service: Service, operator: Person) -> None:
    ada = service.person()
    organization_id = ada.organization()
    at = f"/v1/organizations/{organization_id}"
    headers = {"User-Agent": "=HYPERLINK(0)"}
    ada.http.put(f"{at}/settings/locale.language", json={"value": "de"}, headers=headers)

    lines = ada.http.get(f"{at}/audit-events/export")
    table = ada.http.get(f"{at}/audit-events/export?format=csv&action=setting.set")

    assert lines.headers["content-type"].startswith("application/x-ndjson")
    events = [AuditEvent.model_validate_json(line) for line in lines.text.splitlines()]
    assert [one.action for one in events] == ["setting.set", "org.created"]
    assert 'filename="audit-events.csv"' in table.headers["content-disposition"]
    [row] = csv.DictReader(StringIO(table.text))
    assert (row["action"], row["user_agent"]) == ("setting.set", "'=HYPERLINK(0)")
    assert json.loads(row["metadata"]) == {"key": "locale.language", "scope": "organization"}
    about = f"target_type=setting&target_id={row['target_id']}&outcome=success"
    listed = ada.http.get(f"{at}/audit-events?{about}").json()["items"]
    assert [one["id"] for one in listed] == [row["id"]]
    assert ada.http.get(f"{at}/audit-events/export?outcome=failure").text == ""
    assert ada.http.get(f"{at}/audit-events/export?format=xls").status_code == 422

    everything = operator.http.get(f"/v1/admin/audit-events/export?target_id={row['target_id']}")
    assert row["id"] in everything.text
    refused = ada.http.get("/v1/admin/audit-events/export")
    assert code(refused) == (403, "permission_denied")
    printed = service.cli("accounts", "audit", "export", organization_id, "--format", "csv")
    assert [one["id"] for one in csv.DictReader(StringIO(printed))] == [str(e.id) for e in events]
    assert row["id"] in service.cli("accounts", "audit", "export", "--action", "setting.set")


# --- Switches, in two processes -------------------------------------------------------------------


class Sibling(Service):
    """A second process on the database of the first one, behind the same public address."""

    def __init__(self, first: Service) -> None:
        super().__init__(first.folder, database_url=first.app_url, public_url=first.url)
        self.environment = first.environment | self.environment


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Service]]:
    with Service(tmp_path_factory.mktemp("switches")) as first, Sibling(first) as second:
        yield first, second


def put(operator: Person, url: str, name: str, **body: Any) -> httpx.Response:
    return operator.http.put(f"{url}/v1/admin/switches/{name}", json=body)


def renamed(person: Person, organization: str) -> httpx.Response:
    return person.http.patch(organization, json={"name": "Other"})


def test_read_only_holds_in_every_process_and_people_still_sign_in(
    two: tuple[Service, Service],
) -> None:
    first, second = two
    operator, ada = made_operator(first), first.person()
    organization_id = ada.organization()
    paths = [f"{one.url}/v1/organizations/{organization_id}" for one in two]
    assert code(put(operator, first.url, "read_only", on=True)) == (422, "validation_failed")

    switched = put(operator, first.url, "read_only", on=True, reason="We move house.")
    assert switched.status_code == 200
    assert code(renamed(ada, paths[0])) == (503, "read_only_mode")
    wait_until(lambda: renamed(ada, paths[1]).status_code == 503, seconds=4)

    refused = renamed(ada, paths[1])
    assert refused.json()["detail"] == "We move house."
    assert refused.headers["retry-after"] == "60"
    for one in two:
        assert ada.http.get(f"{one.url}/v1/me").status_code == 200
        query = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}
        asked = f"{one.url}/v1/organizations/{organization_id}/stats/query"
        assert ada.http.post(asked, json=query).status_code == 200  # it changes nothing
        body = {"refresh_token": ada.tokens["refresh_token"]}
        ada.tokens = ada.http.post(f"{one.url}/v1/auth/token/refresh", json=body).json()
        again = {"email": ada.email, "password": PASSWORD}
        signed_in = httpx.post(f"{one.url}/v1/auth/login", json=again)
        assert signed_in.status_code == 200
        leaving = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        assert httpx.post(f"{one.url}/v1/auth/logout", headers=leaving).status_code == 204
        registering = {"email": f"{uuid4().hex}@example.com", "password": PASSWORD}
        new = httpx.post(f"{one.url}/v1/auth/register", json=registering)
        assert code(new) == (503, "read_only_mode")
    assert operator.http.post("/v1/organizations", json={"name": "Theirs"}).status_code == 201

    assert put(operator, second.url, "read_only", on=False).status_code == 200
    assert renamed(ada, paths[1]).status_code == 200
    wait_until(lambda: renamed(ada, paths[0]).status_code == 200, seconds=4)


def test_sign_ups_are_closed_at_a_terminal_and_who_is_invited_comes_in(
    two: tuple[Service, Service],
) -> None:
    first, second = two
    ada = first.person()
    organization_id, bob = ada.organization(), f"{uuid4().hex}@example.com"
    ada.http.post(
        f"/v1/organizations/{organization_id}/invitations", json={"email": bob}
    ).raise_for_status()
    token = first.mailed_token(bob, "/accept-invitation")

    def register(at: Service, email: str, **more: str) -> httpx.Response:
        body = {"email": email, "password": PASSWORD} | more
        return httpx.post(f"{at.url}/v1/auth/register", json=body)

    def somebody() -> str:
        return f"{uuid4().hex}@example.com"

    first.cli("switches", "off", "sign_ups", "--reason", "We are full.")
    for one in two:
        wait_until(lambda at=one: register(at, somebody()).status_code == 403, seconds=4)
    refused = register(second, somebody())
    assert code(refused) == (403, "sign_ups_closed")
    assert refused.json()["detail"] == "We are full."
    assert register(first, bob, invitation_token=token).status_code == 202
    listed = {one["name"]: one for one in json.loads(first.cli("switches", "list", "--json"))}
    assert (listed["sign_ups"]["on"], listed["sign_ups"]["reason"]) == (False, "We are full.")

    first.cli("switches", "on", "sign_ups")
    wait_until(lambda: register(second, somebody()).status_code == 202, seconds=4)
    assert "reason" in first.cli("switches", "on", "read_only", expect=1)
