"""Events in, numbers out: over HTTP and at a terminal."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.integration.service import Service

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
    told = json.loads(service.cli(*asked, "--json"))
    assert float(told["series"][0]["total"]) == 29
    assert "total 29" in service.cli("stats", "meters", "usage", organization_id, "orders")
    assert "order.placed" in service.cli("stats", "names", organization_id)
    drawn = service.cli(*asked, "--plot")
    assert "█" in drawn
    assert "months were made" in service.cli("stats", "partitions", "ensure")
    forgotten = service.cli("stats", "erase", organization_id, "--subject", "user-0")
    assert forgotten.strip() == "9 events are forgotten."


def test_what_happens_in_the_service_is_counted_too(service: Service) -> None:
    ada = service.person()
    at = f"/v1/organizations/{ada.organization()}"

    deadline, names = time.monotonic() + 30, set[str]()
    while time.monotonic() < deadline:
        names = {one["name"] for one in ada.http.get(f"{at}/events/names").json()["items"]}
        if "$accounts.organization_created" in names:
            return
    raise AssertionError(names)
