"""Records of a team's own nouns: over HTTP, as people and programs use them."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.service import Person, Service

TICKETS: dict[str, Any] = {
    "key": "tickets",
    "title": "Tickets",
    "fields": [
        {"key": "title", "type": "text", "required": True, "indexed": True},
        {"key": "number", "type": "text", "unique": True},
        {"key": "priority", "type": "integer", "indexed": True},
        {"key": "price", "type": "decimal", "indexed": True},
        {"key": "status", "type": "enum", "options": ["open", "done"], "indexed": True},
        {"key": "about", "type": "richtext"},
        {"key": "due", "type": "datetime"},
        {"key": "assignee", "type": "user_ref"},
        {"key": "parent", "type": "record_ref", "collection": "tickets"},
        {"key": "more", "type": "json"},
    ],
}


class Desk:
    """Somebody's tickets."""

    def __init__(self, person: Person, **about: Any) -> None:
        self.person, self.http = person, person.http
        self.at = f"/v1/organizations/{person.organization()}"
        made = self.http.post(f"{self.at}/collections", json=TICKETS | about)
        assert made.status_code == 201, made.text
        self.records = f"{self.at}/collections/tickets/records"

    def make(self, **data: Any) -> dict[str, Any]:
        made = self.http.post(self.records, json={"title": "A"} | data)
        assert made.status_code == 201, made.text
        told: dict[str, Any] = made.json()
        return told

    def titles(self, **asked: Any) -> list[str]:
        told = self.http.get(self.records, params=asked)
        assert told.status_code == 200, told.text
        return [one["title"] for one in told.json()["items"]]


@pytest.fixture
def desk(service: Service) -> Desk:
    return Desk(service.person())


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_record_lives_changes_and_comes_back(desk: Desk) -> None:
    answer = desk.http.post(
        desk.records, json={"title": "Fire", "priority": 3, "more": {"a": 1, "b": 2}}
    )
    assert answer.status_code == 201
    made = answer.json()
    at = answer.headers["location"]
    assert at == f"{desk.records}/{made['id']}"
    assert answer.headers["etag"] == '"v1"'
    assert made["version"] == 1
    assert made["created_by"] == made["updated_by"] is not None
    assert made["more"] == {"a": 1, "b": 2}
    assert made["price"] is None

    got = desk.http.get(at)
    assert (got.json(), got.headers["etag"]) == (made, '"v1"')
    assert desk.http.get(at, headers={"If-None-Match": '"v1"'}).status_code == 304
    some = desk.http.get(at, params={"fields": "title"}).json()
    assert some["title"] == "Fire"
    assert "priority" not in some

    merge = {"Content-Type": "application/merge-patch+json", "If-Match": '"v1"'}
    body = json.dumps({"priority": None, "more": {"a": None, "c": 3}})
    changed = desk.http.patch(at, content=body, headers=merge)
    assert changed.status_code == 200, changed.text
    assert changed.json()["more"] == {"b": 2, "c": 3}
    assert changed.json()["priority"] is None
    stale = desk.http.patch(at, json={"title": "B"}, headers={"If-Match": '"v1"'})
    assert refused(stale, 412, "version_mismatch")["current_etag"] == '"v2"'
    same = desk.http.patch(at, json={"title": "Fire"})
    assert (same.status_code, same.headers["etag"]) == (200, '"v2"')
    refused(desk.http.patch(at, content="title=1", headers={"Content-Type": "text/plain"}), 415,
            "patch_unsupported")  # fmt: skip

    assert desk.http.delete(at).status_code == 204
    refused(desk.http.get(at), 404, "record_not_found")
    assert desk.titles() == []
    assert desk.titles(include_deleted="true") == ["Fire"]
    restored = desk.http.post(f"{at}/restore")
    assert (restored.status_code, restored.headers["etag"]) == (200, '"v4"'), restored.text
    refused(desk.http.post(f"{at}/restore"), 409, "record_not_deleted")

    history = desk.http.get(f"{at}/history").json()["items"]
    assert [(one["version"], one["deleted"]) for one in history] == [
        (4, False), (3, True), (2, False), (1, False),
    ]  # fmt: skip
    assert history[-1]["data"]["priority"] == 3
    back = desk.http.post(f"{at}/revert", json={"version": 1})
    assert (back.headers["etag"], back.json()["priority"]) == ('"v5"', 3)
    refused(desk.http.post(f"{at}/revert", json={"version": 9}), 404, "record_version_not_found")

    events = desk.http.get(f"{desk.at}/audit-events").json()["items"]
    ours = [one for one in events if one["target_id"] == made["id"]]
    assert [one["action"] for one in ours] == [
        "record.updated", "record.restored", "record.deleted", "record.updated", "record.created",
    ]  # fmt: skip
    assert ours[3]["metadata"] == {
        "collection": "tickets", "version": 2, "changed": ["more", "priority"],
    }  # fmt: skip


def test_lists_say_what_is_asked_for_and_nothing_else(desk: Desk) -> None:
    for title, more in {
        "a": {"priority": 1, "price": "0.10", "status": "open", "due": "2026-01-01T00:00:00Z"},
        "b": {"priority": 2, "price": "0.1", "status": "done", "about": "Größe"},
        "c": {"priority": 2, "price": "10", "status": "open", "about": "x, y"},
        "d": {},
    }.items():
        desk.make(title=title, **more)

    assert desk.titles() == ["d", "c", "b", "a"]
    assert desk.titles(sort="title") == ["a", "b", "c", "d"]
    assert desk.titles(sort="-priority,title") == ["d", "b", "c", "a"]
    assert desk.titles(sort="price") == ["a", "b", "c", "d"]
    assert desk.titles(**{"filter[price]": "0.1"}) == ["b", "a"]
    assert desk.titles(**{"filter[price][gt]": "0.1"}) == ["c"]
    assert desk.titles(**{"filter[status][ne]": "open"}) == ["d", "b"]
    assert desk.titles(**{"filter[priority][in]": "1,2", "filter[status]": "open"}) == ["c", "a"]
    assert desk.titles(**{"filter[about][icontains]": "GRÖSSE".replace("SS", "ß")}) == ["b"]
    assert desk.titles(**{"filter[about][contains]": ", "}) == ["c"]
    assert desk.titles(**{"filter[due][lt]": "2026-01-01T00:30:00+01:00"}) == []
    assert desk.titles(**{"filter[due][lte]": "2026-01-01T01:00:00+01:00"}) == ["a"]
    assert desk.titles(**{"filter[priority][is_null]": "true"}) == ["d"]
    assert desk.titles(q="größe") == ["b"]
    counted = desk.http.get(desk.records, params={"limit": 1, "count": "exact"}).json()
    assert (counted["count"], len(counted["items"])) == (4, 1)
    assert "count" not in desk.http.get(desk.records).json()

    for asked, status, code in (
        ({"sort": "about"}, 422, "sort_not_indexed"),
        ({"sort": "nothing"}, 400, "bad_sort"),
        ({"filter[nothing]": "1"}, 400, "bad_filter"),
        ({"filter[priority]": "x"}, 400, "bad_filter"),
        ({"filter[priority][contains]": "1"}, 400, "bad_filter"),
        ({"filter": "1"}, 400, "bad_filter"),
        ({"page": "1"}, 400, "unknown_parameter"),
        ({"limit": "101"}, 422, "validation_failed"),
        ({"cursor": "x"}, 400, "invalid_cursor"),
        ({"fields": "nothing"}, 400, "unknown_field"),
        ({"expand": "title"}, 400, "not_expandable"),
    ):
        refused(desk.http.get(desk.records, params=asked), status, code)
    cursor = desk.http.get(desk.records, params={"limit": 1}).json()["next_cursor"]
    other = {"limit": 1, "cursor": cursor, "sort": "title"}
    refused(desk.http.get(desk.records, params=other), 400, "cursor_mismatch")


def test_a_list_follows_its_definition_at_once(desk: Desk) -> None:
    desk.make(priority=1, about="x")
    at = f"{desk.at}/collections/tickets"
    for _ in range(2):
        assert desk.http.get(desk.records).json()["items"][0]["about"] == "x"
        refused(desk.http.get(desk.records, params={"sort": "due"}), 422, "sort_not_indexed")
    hidden = [one | {"hidden": one["key"] == "about"} for one in TICKETS["fields"]]
    for fields, there in ((hidden, False), (TICKETS["fields"], True)):
        changed = desk.http.patch(at, json={"fields": fields})
        assert changed.status_code == 200, changed.text
        assert ("about" in desk.http.get(desk.records).json()["items"][0]) is there
    desk.http.patch(at, json={"permissions": {"admin": ["read"]}}).raise_for_status()
    refused(desk.http.get(desk.records), 404, "collection_not_found")
    desk.http.patch(at, json={"permissions": {"owner": ["read"]}}).raise_for_status()
    assert len(desk.titles()) == 1
    desk.http.delete(at).raise_for_status()
    refused(desk.http.get(desk.records), 404, "collection_not_found")


def test_pages_are_the_whole_list_while_others_write(desk: Desk) -> None:
    for number in range(30):
        desk.make(title=f"t{number:03}", priority=number % 3)
    before = desk.titles(limit=100, sort="priority")
    asked: dict[str, Any] = {"sort": "priority", "limit": 7}
    found, cursor = list[str](), None
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [desk.make(title=f"new{n}", priority=9) for n in range(10)])
        while True:
            page = desk.http.get(
                desk.records, params=asked | ({"cursor": cursor} if cursor else {})
            ).json()
            found += [one["title"] for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        writing.result()

    assert [one for one in found if one in before] == before
    assert len(set(found)) == len(found)


def test_two_who_change_the_same_record_never_lose_what_the_other_did(desk: Desk) -> None:
    made = desk.make(priority=0)
    at = f"{desk.records}/{made['id']}"

    def add(_: int) -> int:
        tries = 0
        while True:
            tries += 1
            told = desk.http.get(at)
            body, match = {"priority": told.json()["priority"] + 1}, told.headers["etag"]
            answer = desk.http.patch(at, json=body, headers={"If-Match": match})
            if answer.status_code == 200:
                return tries
            refused(answer, 412, "version_mismatch")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))

    last = desk.http.get(at).json()
    assert (last["priority"], last["version"]) == (12, 13)
    history = desk.http.get(f"{at}/history", params={"limit": 100}).json()["items"]
    assert [one["version"] for one in history] == list(range(13, 0, -1))


def test_what_is_unique_is_so_even_when_many_want_it_at_once(desk: Desk) -> None:
    def make(_: int) -> int:
        body = {"title": "A", "number": "N-1"}
        return desk.http.post(desk.records, json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(8))) == [201] + [409] * 7
    told = desk.http.post(desk.records, json={"title": "B", "number": "N-1"})
    assert refused(told, 409, "unique_violation")["field"] == "number"
    [first] = desk.http.get(desk.records).json()["items"]
    desk.http.delete(f"{desk.records}/{first['id']}")
    desk.make(number="N-1")
    refused(desk.http.post(f"{desk.records}/{first['id']}/restore"), 409, "unique_violation")


def test_put_makes_a_record_or_puts_another_in_its_place(desk: Desk) -> None:
    one = str(uuid4())
    at = f"{desk.records}/{one}"
    only_new = {"If-None-Match": "*"}
    made = desk.http.put(at, json={"title": "A", "priority": 1}, headers=only_new)
    assert (made.status_code, made.json()["id"]) == (201, one)
    assert made.headers["location"] == at
    refused(desk.http.put(at, json={"title": "B"}, headers=only_new), 412, "record_exists")
    put = desk.http.put(at, json={"title": "B"}, headers={"If-Match": '"v1"'})
    assert (put.status_code, put.json()["priority"]) == (200, None)
    refused(desk.http.put(at, json={}, headers={"If-Match": '"v1"'}), 412, "version_mismatch")
    assert desk.http.delete(at).status_code == 204
    refused(desk.http.put(at, json={"title": "B"}), 409, "record_taken")

    by = f"{desk.records}/N-7?by=number"
    first = desk.http.put(by, json={"title": "C"})
    assert (first.status_code, first.json()["number"]) == (201, "N-7")
    again = desk.http.put(by, json={"title": "D", "number": "N-7"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    refused(desk.http.put(by, json={"title": "D", "number": "N-8"}), 400, "bad_filter")
    refused(desk.http.put(f"{desk.records}/x?by=title", json={"title": "D"}), 400, "bad_filter")
    refused(desk.http.put(f"{desk.records}/x", json={"title": "D"}), 404, "record_not_found")


def test_where_it_is_asked_for_nothing_changes_unseen(service: Service) -> None:
    desk = Desk(service.person(), options={"require_if_match": True})
    at = f"{desk.records}/{desk.make()['id']}"
    for answer in (desk.http.patch(at, json={"title": "B"}), desk.http.delete(at)):
        assert refused(answer, 428, "if_match_required")["current_etag"] == '"v1"'
    assert desk.http.patch(at, json={"title": "B"}, headers={"If-Match": "*"}).status_code == 200


def test_a_key_says_that_a_request_is_the_same(desk: Desk) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = desk.http.post(desk.records, json={"title": "A"}, headers=key)
    again = desk.http.post(desk.records, json={"title": "A"}, headers=key)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["location"] == first.headers["location"]
    other = desk.http.post(desk.records, json={"title": "B"}, headers=key)
    refused(other, 422, "idempotency_key_reused")
    assert len(desk.titles()) == 1


def test_many_change_at_once_all_or_those_that_can(desk: Desk) -> None:
    kept, gone = desk.make(title="kept"), desk.make(title="gone")
    ops: list[dict[str, Any]] = [
        {"op": "create", "data": {"title": "new"}},
        {"op": "update", "id": kept["id"], "if_match": '"v1"', "data": {"priority": 5}},
        {"op": "delete", "id": gone["id"]},
        {"op": "create", "data": {"priority": "no"}},
    ]
    told = refused(desk.http.post(f"{desk.records}/batch", json={"ops": ops}), 422,
                   "validation_failed")  # fmt: skip
    assert {one["pointer"] for one in told["errors"]} == {
        "#/ops/3/data/title", "#/ops/3/data/priority",
    }  # fmt: skip
    assert told["op"] == 3
    assert desk.titles() == ["gone", "kept"]

    done = desk.http.post(f"{desk.records}/batch", json={"ops": ops, "mode": "partial"}).json()
    assert (done["succeeded"], done["failed"]) == (3, 1)
    assert [one["result"] for one in done["results"]] == ["created", "updated", "deleted", "failed"]
    assert desk.titles() == ["new", "kept"]
    twice = {"ops": [{"op": "delete", "id": kept["id"]}] * 2}
    refused(desk.http.post(f"{desk.records}/batch", json=twice), 422, "validation_failed")
    many = {"ops": [{"op": "create", "data": {"title": f"t{n}"}} for n in range(1000)]}
    assert desk.http.post(f"{desk.records}/batch", json=many).json()["succeeded"] == 1000


def test_a_file_goes_out_and_comes_back_as_it_was(desk: Desk) -> None:
    for data in (
        {"title": "=1+1", "about": "", "more": [1, None]},
        {"title": "'", "about": 'a\r\nb, "c"', "price": "-1.5", "status": "open"},
        {"title": "@x", "priority": -3, "due": "2026-01-01T00:00:00Z"},
    ):
        desk.make(**data)
    before = desk.http.get(desk.records).json()["items"]

    for how, media in (("csv", "text/csv"), ("ndjson", "application/x-ndjson")):
        out = desk.http.get(f"{desk.records}/export", params={"format": how})
        assert out.status_code == 200
        assert out.headers["content-type"].startswith(media)
        if how == "csv":
            assert "'=1+1" in out.text
            assert "\n=" not in out.text
        for one in before:
            desk.http.patch(f"{desk.records}/{one['id']}", json={"title": "x", "about": "y"})
        taken = desk.http.post(
            f"{desk.records}/import",
            params={"upsert_on": "id"},
            content=out.content,
            headers={"Content-Type": media},
        )
        assert taken.status_code == 200, taken.text
        assert taken.json()["updated"] == 3, taken.text
        after = desk.http.get(desk.records).json()["items"]
        stamps = {"version", "updated_at"}
        assert [{k: v for k, v in one.items() if k not in stamps} for one in after] == [
            {k: v for k, v in one.items() if k not in stamps} for one in before
        ]


def test_files_are_tried_told_what_is_wrong_and_taken_by_a_job(desk: Desk) -> None:
    def take(text: str, **query: Any) -> httpx.Response:
        return desk.http.post(
            f"{desk.records}/import",
            params=query,
            content=text,
            headers={"Content-Type": "text/csv"},
        )

    rows = "title,priority,number\r\na,1,N1\r\nb,x,N2\r\n,3,N3\r\nc,4,N1\r\n"
    tried = take(rows, dry_run=True).json()
    assert (tried["created"], tried["failed"], tried["dry_run"]) == (1, 3, True)
    assert [one["pointer"] for one in tried["errors"]] == [
        "#/rows/2/priority", "#/rows/3/title", "#/rows/4/number",
    ]  # fmt: skip
    assert desk.titles() == []
    failed = take(rows, max_errors=2).json()
    assert (failed["state"], failed["created"]) == ("failed", 0)
    assert desk.titles() == []
    done = take(rows).json()
    assert (done["state"], done["created"], done["failed"]) == ("done", 1, 3)
    again = take("number,title\r\nN1,z\r\nN9,y\r\n", upsert_on="number").json()
    assert (again["updated"], again["created"]) == (1, 1)
    assert desk.titles(sort="title") == ["y", "z"]
    refused(take("title\r\na,b\r\n"), 422, "import_refused")
    refused(take("a,a\r\n1,2\r\n"), 422, "import_refused")
    plain = {"Content-Type": "text/plain"}
    refused(desk.http.post(f"{desk.records}/import", content="x", headers=plain), 415,
            "file_unsupported")  # fmt: skip
    one = desk.http.post(f"{desk.records}/import", json=[{"title": "json"}]).json()
    assert (one["created"], one["failed"]) == (1, 0)
    refused(desk.http.post(f"{desk.records}/import", json=[1]), 422, "import_refused")

    large = "title,priority\r\n" + "".join(f"t{n},{n}\r\n" for n in range(2600)) + "u,x\r\n"
    begun = take(large)
    assert begun.status_code == 202, begun.text
    deadline, told = time.monotonic() + 60, begun.json()
    while told["state"] in {"waiting", "running"} and time.monotonic() < deadline:
        told = desk.http.get(begun.headers["location"]).json()
    assert (told["state"], told["seen"], told["created"], told["failed"]) == (
        "done", 2601, 2600, 1,
    ), told  # fmt: skip
    assert told["errors"][0]["pointer"] == "#/rows/2601/priority"
    counted = desk.http.get(desk.records, params={"count": "exact", "limit": 1}).json()
    assert counted["count"] == 2603


def test_what_a_record_points_at_is_there_and_shown(desk: Desk) -> None:
    me = desk.http.get("/v1/me").json()
    parent = desk.make(title="parent", assignee=me["id"])
    child = desk.make(title="child", parent=parent["id"])
    wrong = desk.http.post(desk.records, json={"title": "x", "parent": str(uuid4())})
    assert refused(wrong, 422, "validation_failed")["errors"][0]["pointer"] == "#/parent"
    wrong = desk.http.post(desk.records, json={"title": "x", "assignee": str(uuid4())})
    assert refused(wrong, 422, "validation_failed")["errors"][0]["code"] == "dangling"

    shown = desk.http.get(desk.records, params={"expand": "parent,assignee"}).json()["items"]
    assert [one["parent"] and one["parent"]["title"] for one in shown] == ["parent", None]
    assert shown[1]["assignee"] == {"id": me["id"], "email": me["email"], "name": None} | {
        "name": shown[1]["assignee"]["name"]
    }
    desk.http.delete(f"{desk.records}/{parent['id']}")
    again = desk.http.get(f"{desk.records}/{child['id']}", params={"expand": "parent"}).json()
    assert again["parent"] is None
    assert desk.http.get(f"{desk.records}/{child['id']}").json()["parent"] == parent["id"]


def test_whoever_watches_hears_of_changes_and_of_those_that_were_missed(desk: Desk) -> None:
    heard = list[dict[str, Any]]()

    def watch(last: str | None = None) -> None:
        headers = dict(desk.http.headers) | ({"Last-Event-ID": last} if last else {})
        with (
            httpx.Client(base_url=desk.http.base_url, headers=headers, timeout=20) as client,
            client.stream("GET", f"{desk.records}/stream") as stream,
        ):
            assert stream.status_code == 200
            assert stream.headers["content-type"].startswith("text/event-stream")
            for event in _events(stream.iter_lines()):
                heard.append(event)
                if len(heard) == 3:
                    return

    thread = Thread(target=watch)
    thread.start()
    time.sleep(2)
    made = desk.make()
    at = f"{desk.records}/{made['id']}"
    desk.http.patch(at, json={"title": "B"})
    desk.http.delete(at)
    thread.join(20)
    assert [(one["event"], one["data"]["version"]) for one in heard] == [
        ("changed", 1), ("changed", 2), ("deleted", 3),
    ]  # fmt: skip
    assert {one["data"]["id"] for one in heard} == {made["id"]}

    last = heard[-1]["id"]
    other = desk.make()
    heard[:] = heard[:1]
    watch(last)
    told = {(one["data"]["id"], one["event"]) for one in heard[1:]}
    assert told == {(made["id"], "deleted"), (other["id"], "changed")}
    refused(
        desk.http.get(f"{desk.records}/stream", headers={"Last-Event-ID": "x"}),
        400,
        "invalid_cursor",
    )


def _events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    event = dict[str, Any]()
    for line in lines:
        if line.startswith(("retry", ":")):
            continue
        if line:
            name, _, value = line.partition(": ")
            event[name] = json.loads(value) if name == "data" else value
        elif event:
            yield event
            event = {}
