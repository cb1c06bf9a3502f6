"""Events in, numbers out: over HTTP and at a terminal."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.integration.service import PATIENCE, Person, Service

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)


def order(hours: int, **props: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "name": "order.placed",
        "time": (NOW - hours * HOUR).isoformat(),
        "subject": f"user-{hours % 3}",
        "props": props,
    }


def built(person: Person, meter: str) -> dict[str, Any]:
    """Wait until a worker added up what was before a meter."""
    deadline = time.monotonic() + PATIENCE
    told: dict[str, Any] = {"state": "building"}
    while told["state"] == "building" and time.monotonic() < deadline:
        told = person.http.get(meter).json()
    assert told["state"] == "active"
    return told


def test_what_happens_is_counted_exactly(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"
    sent = [order(n % 20, amount=n, country="de" if n % 2 else "at") for n in range(200)]
    meter = {"slug": "revenue", "event_name": "order.placed", "aggregation": "sum"}
    made = ada.http.post(
        f"{at}/meters", json=meter | {"property": "amount", "dimensions": ["country"]}
    )
    assert made.status_code == 201, made.text

    def send(shift: int) -> int:
        mine = sent[shift:] + sent[:shift]
        answers = [
            ada.http.post(f"{at}/events", json={"events": mine[n : n + 40]}).json()
            for n in range(0, 200, 40)
        ]
        return sum(one["inserted"] for one in answers)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, (0, 50, 100, 150))) == 200

    asked = {"from": (NOW - 48 * HOUR).isoformat(), "to": (NOW + HOUR).isoformat()}
    query = asked | {
        "event": "order.placed",
        "aggregation": "sum",
        "property": "amount",
        "interval": "day",
        "tz": "Asia/Kolkata",
        "group_by": ["country"],
    }
    told = ada.http.post(f"{at}/stats/query", json=query)
    assert told.status_code == 200, told.text
    built(ada, f"{at}/meters/revenue")
    used = ada.http.get(
        f"{at}/meters/revenue/usage",
        params=asked | {"interval": "day", "tz": "Asia/Kolkata", "group_by": "country"},
    )
    assert used.status_code == 200, used.text
    numbers = {one["dims"]["country"]: one["total"] for one in told.json()["series"]}
    assert numbers == {"de": 10000.0, "at": 9900.0}
    assert used.json()["meta"]["source"] == "rollup"
    decimals = {one["dims"]["country"]: one["total"] for one in used.json()["series"]}
    assert decimals == {"de": "10000", "at": "9900"}
    for one, other in zip(told.json()["series"], used.json()["series"], strict=True):
        assert [p["value"] for p in one["points"]] == [float(p["value"]) for p in other["points"]]
    wrong = ada.http.post(f"{at}/events", json={"events": [{"name": "Not A Name"}]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "nothing_taken")


def test_numbers_are_asked_for_at_a_terminal(service: Service, tmp_path: Path) -> None:
    ada = service.person()
    organization_id = ada.organization()
    file = tmp_path / "events.ndjson"
    file.write_text("".join(json.dumps(order(n, amount=n)) + "\n" for n in range(1, 30)))

    first = service.cli("stats", "ingest", organization_id, str(file))
    again = service.cli("stats", "ingest", organization_id, str(file))
    assert first.startswith("29 events are new")
    assert again.startswith("0 events are new, 29 were known")
    made = ("stats", "meters", "create", organization_id, "orders", "--event", "order.placed")
    service.cli(*made)
    asked = ("stats", "query", organization_id, "--event", "order.placed", "--days", "2")
    told = json.loads(service.cli(*asked, "--format", "json"))
    assert float(told["series"][0]["total"]) == 29
    assert "total 29" in service.cli("stats", "meters", "usage", organization_id, "orders")
    assert "order.placed" in service.cli("stats", "names", organization_id)
    drawn = service.cli(*asked, "--plot")
    assert "█" in drawn
    assert "months were made" in service.cli("stats", "partitions", "ensure")
    forgotten = service.cli("stats", "erase", organization_id, "--subject", "user-0")
    assert forgotten.strip() == "9 events are forgotten."


def test_what_is_asked_again_is_kept_looked_at_and_drawn(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"
    country = "<script>alert(1)</script>"
    sent = [order(n % 20, country=country if n % 2 else "at") for n in range(40)]
    ada.http.post(f"{at}/events", json={"events": sent}).raise_for_status()
    query = {"kind": "trend", "event": "order.placed", "interval": "day", "group_by": ["country"]}

    wrong = ada.http.post(f"{at}/reports", json={"title": "A", "query": query | {"tz": "Mars"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_zone")
    made = ada.http.post(f"{at}/reports", json={"title": "Orders & <b>more</b>", "query": query})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"'), made.text
    report = f"{at}/reports/{made.json()['id']}"
    changed = ada.http.patch(report, json={"range": {"last": 7}}, headers={"If-Match": '"1"'})
    assert (changed.json()["range"]["last"], changed.headers["etag"]) == ("P7D", '"2"')
    late = ada.http.patch(report, json={"title": "B"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    ran = ada.http.post(f"{report}/run").json()
    assert (ran["kind"], [one["total"] for one in ran["series"]]) == ("trend", [20.0, 20.0])

    funnel = {"kind": "funnel", "steps": [{"event": "order.placed"}, {"event": "never"}]}
    other = ada.http.post(f"{at}/reports", json={"title": "Way", "query": funnel}).json()["id"]
    ids = [other, made.json()["id"]]
    board = ada.http.post(f"{at}/dashboards", json={"title": "All", "report_ids": ids})
    assert board.status_code == 201, board.text
    dashboard = f"{at}/dashboards/{board.json()['id']}"
    items = ada.http.post(f"{dashboard}/run").json()["items"]
    assert [one["result"]["kind"] for one in items] == ["funnel", "trend"]

    asked = {"from": (NOW - 48 * HOUR).isoformat(), "to": (NOW + HOUR).isoformat()}
    about = {"event": "order.placed", "interval": "hour", "group_by": "country", "width": "500"}
    for drawn in (
        ada.http.get(f"{report}/chart.svg"),
        ada.http.get(f"{at}/stats/chart.svg", params=asked | about),
    ):
        assert drawn.status_code == 200, drawn.text
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert drawn.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        )
        assert drawn.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in drawn.text
        assert "&lt;script&gt;" in drawn.text

    assert ada.http.delete(report, headers={"If-Match": '"2"'}).status_code == 204
    assert ada.http.get(dashboard).json()["report_ids"] == [other]


def test_what_was_counted_is_told_again_to_who_takes_it(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"
    people = {"kind": "top", "by": "$subject", "event": "order.placed"}
    trend = {"kind": "trend", "event": "order.placed", "interval": "day"}
    ids = [
        ada.http.post(f"{at}/reports", json={"title": "A", "query": query}).json()["id"]
        for query in (people, trend)
    ]
    board = ada.http.post(f"{at}/dashboards", json={"title": "All", "report_ids": ids}).json()
    paths = [f"{at}/reports/{ids[0]}/run", f"{at}/dashboards/{board['id']}/run"]

    def send(hours: int) -> None:
        ada.http.post(f"{at}/events", json={"events": [order(hours)]}).raise_for_status()

    def run(path: str, max_age: int | None = None) -> dict[str, Any]:
        asked = {} if max_age is None else {"max_age": max_age}
        answer = ada.http.post(path, params=asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    send(1)
    first, drawn = [run(path) for path in paths], f"{at}/reports/{ids[0]}/chart.svg"
    assert all(one["result"]["computed_at"] for one in first[1]["items"])
    send(2)

    lately = [run(path, 600) for path in paths]
    assert lately[0] == lately[1]["items"][0]["result"] == first[1]["items"][0]["result"]
    assert lately[1] == first[1]
    assert "user-2" not in ada.http.get(drawn, params={"max_age": 600}).text
    assert "user-2" in ada.http.get(drawn).text
    now = run(paths[1])
    assert [len(now["items"][0]["result"]["items"]), now["items"][1]["result"]["series"][0]] == [
        2, run(f"{at}/reports/{ids[1]}/run", 600)["series"][0],
    ]  # fmt: skip
    assert now["items"][1]["result"]["series"][0]["total"] == 2
    assert ada.http.delete(f"{at}/events", params={"subject": "user-2"}).status_code == 204
    assert [one["key"] for one in run(paths[0], 600)["items"]] == ["user-1"]
    for path in paths:
        for wrong in ("-1", "86401", "soon"):
            refused = ada.http.post(path, params={"max_age": wrong})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (
                422, "/query/max_age",
            )  # fmt: skip


def test_reports_are_kept_looked_at_and_drawn_at_a_terminal(
    service: Service, tmp_path: Path
) -> None:
    ada = service.person()
    organization_id = ada.organization()
    sent = [order(n % 20, amount=n) for n in range(30)]
    at = f"/v1/organizations/{organization_id}"
    ada.http.post(f"{at}/events", json={"events": sent}).raise_for_status()
    file = tmp_path / "made.json"
    reports, dashboards = ("stats", "reports"), ("stats", "dashboards")

    def create(kind: tuple[str, str], told: dict[str, Any]) -> str:
        file.write_text(json.dumps(told))
        made = service.cli(*kind, "create", organization_id, str(file), "--json")
        return str(json.loads(made)["id"])

    step = {"event": "order.placed"}
    ids = [
        create(reports, {"title": kind, "query": {"kind": kind} | query})
        for kind, query in (
            ("trend", {"interval": "day", "event": "order.placed"}),
            ("top", {"by": "$subject"}),
            ("funnel", {"steps": [step, step]}),
            ("retention", {"first": step, "again": step}),
        )
    ]
    dashboard = create(dashboards, {"title": "All", "report_ids": ids})

    assert "retention" in service.cli(*reports, "list", organization_id)
    assert dashboard in service.cli(*dashboards, "list", organization_id)
    assert "total 30\n" in service.cli(*reports, "run", organization_id, ids[0])
    told = json.loads(service.cli(*reports, "run", organization_id, ids[0], "--json"))
    assert told["kind"] == "trend"
    shown = service.cli(*dashboards, "run", organization_id, dashboard)
    assert [line for line in shown.splitlines() if line.startswith("# ")] == [
        "# trend", "# top", "# funnel", "# retention",
    ]  # fmt: skip
    assert "█" in service.cli(*dashboards, "run", organization_id, dashboard, "--plot")
    assert "counted" not in shown
    ada.http.post(f"{at}/events", json={"events": [order(1)]}).raise_for_status()
    lately = service.cli(*dashboards, "run", organization_id, dashboard, "--max-age", "600")
    lines = re.split(r"counted \d+ s ago\n", lately)
    assert (len(lines), "".join(lines)) == (5, shown)
    told = service.cli(*reports, "run", organization_id, ids[0], "--max-age", "600")
    assert re.search(r"total 30\ncounted \d+ s ago\n$", told)
    told = service.cli(*reports, "run", organization_id, ids[0])
    assert told.endswith("total 31\n")
    chart = tmp_path / "chart.svg"
    service.cli(*reports, "chart", organization_id, ids[1], "--output", str(chart))
    assert chart.read_text().startswith("<svg")
    service.cli(*reports, "delete", organization_id, ids[0], "--yes")
    service.cli(*dashboards, "delete", organization_id, dashboard, "--yes")
    assert ids[0] not in service.cli(*reports, "list", organization_id)


def test_what_happens_in_the_service_is_counted_too(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"

    deadline, names = time.monotonic() + PATIENCE, set[str]()
    while time.monotonic() < deadline:
        names = {one["name"] for one in ada.http.get(f"{at}/events/names").json()["items"]}
        if "$accounts.organization_created" in names:
            return
    raise AssertionError(names)


def test_events_come_as_one_as_lines_and_as_cloud_events(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"
    cloud = {
        "specversion": "1.0",
        "id": "1",
        "source": "/shop",
        "type": "order.placed",
        "time": NOW.isoformat(),
    }
    lines = "".join(json.dumps(order(n)) + "\n" for n in range(3))
    for body, media in (
        (json.dumps(order(1)), "application/json"),
        (lines, "application/x-ndjson"),
        (json.dumps(cloud), "application/cloudevents+json; charset=utf-8"),
        (json.dumps([cloud, cloud | {"id": "2"}]), "application/cloudevents-batch+json"),
    ):
        taken = ada.http.post(f"{at}/events", content=body, headers={"content-type": media})
        assert taken.status_code == 200, (media, taken.text)
    for body, media, status in (
        ("{", "application/json", 400),
        ("{}\n{", "application/x-ndjson", 400),
        ("", "application/x-ndjson", 422),
        ("[]", "application/cloudevents-batch+json", 422),
        ("{}", "application/cloudevents-batch+json", 422),
        ("null", "application/json", 422),
        ("[" * 5000, "application/json", 400),
        ('{"name": "a", "props": {"a": 1e400}}', "application/json", 422),
        ('{"name": "a", "props": {"a": NaN}}', "application/json", 422),
        ("a=1", "application/x-www-form-urlencoded", 415),
    ):
        wrong = ada.http.post(f"{at}/events", content=body, headers={"content-type": media})
        assert wrong.status_code == status, (body[:20], media, wrong.text)

    exported = ada.http.get(f"{at}/events/export", params={"name": "order.placed"})
    assert exported.status_code == 200
    assert len(exported.text.splitlines()) == 6
    again = ada.http.post(
        f"{at}/events", content=exported.text, headers={"content-type": "application/x-ndjson"}
    )
    assert again.json() == {"inserted": 0, "duplicates": 6, "rejected": []}
    table = ada.http.get(f"{at}/events/export", params={"format": "csv", "name": "order.placed"})
    assert table.text.splitlines()[0] == "id,time,name,subject,session,source,ext_id,props"


def test_many_send_one_event_each_at_once(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"
    sent = [order(n % 5) for n in range(60)]

    def send(one: dict[str, Any]) -> int:
        answer = ada.http.post(f"{at}/events", json=one)
        assert answer.status_code == 200, answer.text
        inserted: int = answer.json()["inserted"]
        return inserted

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(send, [*sent, *sent])) == 60


def test_a_meter_is_made_while_events_come(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"

    def send(number: int) -> None:
        events = [order(number % 30, amount=1) for _ in range(20)]
        assert ada.http.post(f"{at}/events", json={"events": events}).status_code == 200

    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(send, number) for number in range(40)]
        for _ in range(3):
            meter = {"slug": "orders", "event_name": "order.placed"}
            assert ada.http.post(f"{at}/meters", json=meter).status_code == 201
            assert ada.http.post(f"{at}/meters/orders/backfill").status_code == 202
            built(ada, f"{at}/meters/orders")
            if not all(one.done() for one in sending):
                assert ada.http.delete(f"{at}/meters/orders").status_code == 204
        for one in sending:
            one.result()
    ada.http.post(f"{at}/meters", json={"slug": "orders", "event_name": "order.placed"})
    built(ada, f"{at}/meters/orders")

    asked = {"from": (NOW - 48 * HOUR).isoformat(), "to": (NOW + HOUR).isoformat()}
    told = ada.http.get(f"{at}/meters/orders/usage", params=asked).json()
    assert (told["series"][0]["total"], told["meta"]["source"]) == ("800", "rollup")


def test_questions_are_answered_and_meters_keep_their_versions(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"
    asked = {"from": (NOW - 48 * HOUR).isoformat(), "to": (NOW + HOUR).isoformat()}
    for name, hours in (("visit", 3), ("order.placed", 1)):
        event = order(hours, amount=3) | {"name": name, "subject": "ada"}
        assert ada.http.post(f"{at}/events", json=event).status_code == 200

    top = ada.http.post(f"{at}/stats/top", json=asked | {"by": "$name"})
    assert {one["key"]: one["value"] for one in top.json()["items"]}["visit"] == 1
    steps = [{"event": "visit"}, {"event": "order.placed"}]
    funnel = ada.http.post(f"{at}/stats/funnel", json=asked | {"steps": steps})
    assert [one["count"] for one in funnel.json()["steps"]] == [1, 1]
    both = {"first": {"event": "visit"}, "again": {"event": "order.placed"}, "period": "day"}
    retention = ada.http.post(f"{at}/stats/retention", json=asked | both)
    assert sum(sum(one["returned"]) for one in retention.json()["cohorts"]) == 1
    query = asked | {"event": "visit", "interval": "day"}
    table = ada.http.post(f"{at}/stats/query", json=query, headers={"accept": "text/csv"})
    assert table.text.splitlines()[0] == "from,to,value"
    assert ada.http.get(f"{at}/stats/overview").status_code == 200
    assert ada.http.get(f"{at}/stats/limits").json()["cells"] == 10_000
    props = ada.http.get(f"{at}/events/names/order.placed/props").json()["items"]
    assert [one["key"] for one in props] == ["amount"]
    million = query | {"interval": "minute", "from": (NOW - 700 * 24 * HOUR).isoformat()}
    assert ada.http.post(f"{at}/stats/query", json=million).status_code == 422

    made = ada.http.post(f"{at}/meters", json={"slug": "visits", "event_name": "visit"})
    assert made.headers["etag"] == '"1"'
    meter = f"{at}/meters/visits"
    stale = ada.http.patch(meter, json={"title": "V"}, headers={"if-match": '"9"'})
    assert stale.status_code == 412
    fresh = ada.http.patch(meter, json={"title": "V"}, headers={"if-match": '"1"'})
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"2"')
    alert = {"title": "Visited", "meter": "visits", "above": 0, "window": "month"}
    assert ada.http.post(f"{at}/alerts", json=alert).status_code == 201
    assert ada.http.delete(meter, headers={"if-match": '"1"'}).status_code == 412
    assert ada.http.delete(meter).status_code == 204
    assert ada.http.get(f"{at}/alerts").json()["items"] == []


def test_a_file_goes_out_and_in_at_a_terminal(service: Service, tmp_path: Path) -> None:
    ada, bob = service.person(), service.person()
    ours, theirs = ada.organization(), bob.organization()
    events = [order(n, amount=n) | {"subject": f"user-{n % 4}"} for n in range(1, 21)]
    assert ada.http.post(f"/v1/organizations/{ours}/events", json={"events": events}).is_success
    out = tmp_path / "events.csv"

    service.cli("stats", "export", ours, "--name", "order.placed", "--output", str(out))
    assert "20 events are new" in service.cli("stats", "ingest", theirs, str(out))

    listed = service.cli("stats", "top", theirs, "$subject", "--event", "order.placed")
    assert "user-0" in listed
    assert "amount" in service.cli("stats", "props", theirs, "order.placed")
    service.cli("stats", "overview", theirs)
    service.cli("stats", "retention", theirs, "order.placed", "order.placed", "--period", "day")
    assert "order.placed" in service.cli("stats", "funnel", theirs, "order.placed", "order.placed")
    query = ("stats", "query", theirs, "--event", "order.placed", "--where", "amount>=11")
    assert json.loads(service.cli(*query, "--json"))["series"][0]["total"] == "10"
    meter = ("stats", "meters", "create", theirs, "orders", "--event", "order.placed")
    assert "active" in service.cli(*meter)
    assert "says what the events say" in service.cli("stats", "meters", "verify", theirs, "orders")
    service.cli("stats", "alerts", "create", theirs, "Orders", "orders", "--above", "100")
    assert "Orders" in service.cli("stats", "alerts", "list", theirs)
    service.cli("stats", "erase", theirs, "--subject", "user-1", "--yes")
    service.cli("stats", "meters", "verify", theirs, "orders", expect=1)
    service.cli("stats", "meters", "backfill", theirs, "orders")
    service.cli("stats", "meters", "verify", theirs, "orders")
    with psycopg.connect(service.owner_url, autocommit=True) as connection:
        connection.execute("SET row_security = off")
        connection.execute("UPDATE stats.hourly_rollups SET n = n + 1")
    service.cli("stats", "meters", "verify", theirs, "orders", expect=1)
    service.cli("stats", "meters", "backfill", theirs, "orders")
    service.cli("stats", "meters", "verify", theirs, "orders")
    assert "events_" in service.cli("stats", "partitions", "list")
    old = ("stats", "partitions", "drop", "--older-than", "3660", "--dry-run")
    assert "None is that old" in service.cli(*old)
    broken = tmp_path / "broken.ndjson"
    broken.write_text("{}\nno\n")
    service.cli("stats", "ingest", theirs, str(broken), expect=2)
