"""Lists over the wire: one language for all, and whatever makes no sense is told so."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import httpx
import pytest

from tests.integration.phone import Phone
from tests.integration.service import Person, Service


class Engines:
    """An organization with some members and invitations."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ada = service.person()
        self.id = self.ada.organization()
        self.at = f"/v1/organizations/{self.id}"
        self.sent = [
            self.invite(f"{name}.{self.id}@example.com", role)
            for name, role in (("bob", "viewer"), ("carl", "admin"), ("dora", "viewer"))
        ]

    def invite(self, email: str, role: str) -> dict[str, Any]:
        answer = self.ada.http.post(f"{self.at}/invitations", json={"email": email, "role": role})
        answer.raise_for_status()
        made: dict[str, Any] = answer.json()
        return made

    def invitations(self, **asked: Any) -> httpx.Response:
        return self.ada.http.get(f"{self.at}/invitations", params=asked)

    def emails(self, **asked: Any) -> list[str]:
        answer = self.invitations(**asked)
        assert answer.status_code == 200, answer.text
        return [one["email"].split(".")[0] for one in answer.json()["items"]]


@pytest.fixture(scope="module")
def engines(service: Service) -> Engines:
    return Engines(service)


@pytest.fixture(scope="module")
def lists(engines: Engines) -> dict[str, dict[str, Any]]:
    """Every operation that is filtered, by its path."""
    document = engines.ada.http.get("/openapi.json").json()
    asked = {
        path: {one["name"]: one for one in operations.get("get", {}).get("parameters", ())}
        for path, operations in document["paths"].items()
    }
    return {path: named for path, named in asked.items() if {"limit", "filter"} <= named.keys()}


def test_a_list_is_filtered_sorted_cut_and_counted(engines: Engines) -> None:
    assert engines.emails() == ["dora", "carl", "bob"]
    assert engines.emails(sort="email") == ["bob", "carl", "dora"]
    assert engines.emails(sort="role,-email") == ["carl", "dora", "bob"]
    assert engines.emails(**{"filter[role][eq]": "viewer"}) == ["dora", "bob"]
    assert engines.emails(**{"filter[email][starts_with]": "car"}) == ["carl"]
    assert engines.emails(**{"filter[email][in]": engines.sent[0]["email"].upper()}) == ["bob"]
    assert engines.emails(
        **{"filter[role][ne]": "admin", "filter[email][icontains]": "DOR"}, sort="email"
    ) == ["dora"]
    assert engines.emails(**{"filter[inviter_id][is_null]": "true"}) == []

    counted = engines.invitations(count="exact", limit=1, **{"filter[role][eq]": "viewer"}).json()
    assert counted["count"] == 2
    assert "count" not in engines.invitations().json()


def test_pages_are_the_whole_list_whatever_comes_in_between(service: Service) -> None:
    engines = Engines(service)
    cursor, seen = None, list[str]()
    while cursor is not None or not seen:
        answer = engines.invitations(
            sort="email", limit=1, **({"cursor": cursor} if cursor else {})
        ).json()
        seen += [one["email"] for one in answer["items"]]
        cursor = answer["next_cursor"]
        if len(seen) < 3:  # one that belongs before what was seen, and one behind it
            engines.invite(f"a{len(seen)}.{engines.id}@example.com", "viewer")
            engines.invite(f"z{len(seen)}.{engines.id}@example.com", "viewer")

    names = [email.split(".")[0] for email in seen]
    assert names == ["bob", "carl", "dora", "z1", "z2"]


def test_only_those_members_are_answered_that_are_asked_for(engines: Engines) -> None:
    found = engines.invitations(fields="email,role", limit=2).json()

    assert [set(one) for one in found["items"]] == [{"email", "role"}] * 2
    assert found["next_cursor"]
    one = engines.ada.http.get(engines.at, params={"fields": "slug"})
    assert set(one.json()) == {"slug"}
    assert one.headers["etag"] == '"1"'
    refused = engines.invitations(fields="email,secret")
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_field")
    assert refused.json()["errors"][0]["pointer"] == "/query/fields"


def test_what_did_not_change_is_not_sent_again(engines: Engines) -> None:
    tag = engines.ada.http.get(engines.at).headers["etag"]

    known = engines.ada.http.get(engines.at, headers={"If-None-Match": f'"9", {tag}'})
    other = engines.ada.http.get(engines.at, headers={"If-None-Match": '"9"'})

    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"surprise": "1"}, 400, "unknown_parameter"),
        ({"filter": "1"}, 400, "unknown_parameter"),
        ({"filter[email]": "a"}, 400, "bad_filter"),
        ({"filter[email][": "a"}, 400, "bad_filter"),
        ({"filter[email][eq][x]": "a"}, 400, "bad_filter"),
        ({"filter[secret][eq]": "a"}, 400, "bad_filter"),
        ({"filter[email][like]": "a"}, 400, "bad_filter"),
        ({"filter[status][contains]": "a"}, 400, "bad_filter"),
        ({"filter[status][eq]": "lost"}, 400, "bad_filter"),
        ({"filter[id][eq]": "1"}, 400, "bad_filter"),
        ({"filter[created_at][gt]": "yesterday"}, 400, "bad_filter"),
        ({"filter[created_at][gt]": "9999-12-31T23:59:59-23:59"}, 400, "bad_filter"),
        ({"filter[role][in]": '"a'}, 400, "bad_filter"),
        ({"filter[role][in]": ",".join("a" * 101)}, 400, "bad_filter"),
        ({"filter[role][eq]": "\x00"}, 400, "bad_filter"),
        ({"filter[role][eq]": "a" * 1001}, 400, "bad_filter"),
        ({"filter[inviter_id][is_null]": "maybe"}, 400, "bad_filter"),
        ({"sort": ""}, 400, "bad_sort"),
        ({"sort": "secret"}, 400, "bad_sort"),
        ({"sort": "email,email"}, 400, "bad_sort"),
        ({"sort": "email,role,status,id"}, 400, "bad_sort"),
        ({"sort": "organization_id"}, 422, "sort_not_indexed"),
        ({"count": "guessed"}, 422, "validation_failed"),
        ({"limit": "101"}, 422, "validation_failed"),
        ({"fields": ""}, 400, "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_refused(
    engines: Engines, asked: dict[str, str], status: int, code: str
) -> None:
    answer = engines.invitations(**asked)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_a_condition_that_is_named_twice_is_refused(engines: Engines) -> None:
    twice = [("filter[role][ne]", "admin"), ("filter[role][ne]", "owner")]
    many = [(f"filter[email][{op}]", "a") for op in ("eq", "ne", "gt", "gte", "lt", "lte")] * 4

    for asked in (twice, many):
        answer = engines.ada.http.get(f"{engines.at}/invitations", params=tuple(asked))
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_filter")


def cursor(told: object) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def test_a_cursor_belongs_to_one_list(engines: Engines) -> None:
    plain = engines.invitations(limit=1).json()["next_cursor"]
    sorted_ = engines.invitations(limit=1, sort="email").json()["next_cursor"]
    filtered = engines.invitations(limit=1, **{"filter[role][eq]": "viewer"}).json()["next_cursor"]

    for asked in (
        {"cursor": sorted_},
        {"cursor": filtered},
        {"cursor": plain, "sort": "email"},
        {"cursor": sorted_, "sort": "-email"},
        {"cursor": filtered, "filter[role][eq]": "admin"},
        {"cursor": filtered, "filter[role][ne]": "viewer"},
        {"cursor": cursor(["another list", 1]), "sort": "email"},
    ):
        answer = engines.invitations(**asked)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_mismatch"), asked
    members = engines.ada.http.get(f"{engines.at}/members", params={"cursor": sorted_})
    assert members.json()["code"] == "cursor_mismatch"


def test_a_cursor_that_we_never_made_is_none(engines: Engines) -> None:
    page = engines.invitations(limit=1, sort="created_at,email").json()["next_cursor"]
    mark = json.loads(_opened(page))[0]
    moment, text, key = "2026-01-01T00:00:00+00:00", "a", engines.sent[0]["id"]
    forged: list[object] = [
        [mark],
        [mark, moment, text],
        [mark, moment, text, key, key],
        [mark, "2026-01-01T00:00:00", text, key],
        [mark, "0001-01-01T00:00:00+23:59", text, key],
        [mark, 1, text, key],
        [mark, None, text, key],
        [mark, moment, "\ud800", key],
        [mark, moment, "\x00", key],
        [mark, moment, 5, key],
        [mark, moment, text, "no id"],
        [mark, moment, text, None],
        [mark, moment, text, [key]],
        {"a": 1},
        5,
        None,
        [],
    ]

    for told in forged:
        answer = engines.invitations(sort="created_at,email", cursor=cursor(told))
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), told
    for text in ("?", "a", "[" * 6000, cursor("[" * 5000)[:8000], "ä"):
        answer = engines.invitations(sort="created_at,email", cursor=text)
        assert answer.status_code == 400, (text[:9], answer.text)
    deep = urlsafe_b64encode(b"[" * 5900).decode()
    assert engines.invitations(sort="email", cursor=deep).json()["code"] == "invalid_cursor"


def _opened(cursor: str) -> bytes:
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


def test_every_list_says_what_it_takes_and_takes_it(
    service: Service, engines: Engines, lists: dict[str, dict[str, Any]]
) -> None:
    assert len(lists) >= 24
    plane = {role: employed(service, role) for role in ("operator", "support")}
    for path, parameters in lists.items():
        who = engines.ada
        if path.startswith("/v1/admin"):
            who = plane["support" if "billing" in path else "operator"]
        assert {"limit", "cursor", "sort", "count", "filter", "fields"} <= parameters.keys(), path
        at = _filled(path, engines, who)
        if at is None:
            continue
        described = parameters["filter"]["schema"]["properties"]
        for name in described:
            answer = who.http.get(at, params={f"filter[{name}][is_null]": "false", "limit": 1})
            assert answer.status_code == 200, (path, name, answer.text)
        for sort in parameters["sort"]["description"].split("`")[1:-2:2]:
            for sign in ("", "-"):
                answer = who.http.get(at, params=f"sort={sign}{sort}&count=exact&limit=1")
                assert answer.status_code == 200, (path, sort, answer.text)
                assert isinstance(answer.json()["count"], int)
        for asked, code in (
            ({"filter[no_such][eq]": "1"}, "bad_filter"),
            ({"sort": "no_such"}, "bad_sort"),
            ({"fields": "no_such"}, "unknown_field"),
            ({"no_such": "1"}, "unknown_parameter"),
        ):
            assert who.http.get(at, params=asked).json()["code"] == code, (path, asked)


def employed(service: Service, role: str) -> Person:
    person = service.person()
    service.cli("accounts", "users", "grant-role", person.email, role)
    Phone(person)
    return person


def _filled(path: str, engines: Engines, who: Person) -> str | None:
    """Return the path with ids that are there; None for one that nothing was made for."""
    user = who.tokens["user"]["id"]
    filled = path.replace("{organization_id}", engines.id).replace("{user_id}", user)
    return None if "{" in filled else filled


def test_a_terminal_speaks_it_as_well(engines: Engines) -> None:
    cli = engines.service.cli
    listed = ("accounts", "invitations", "list", engines.id)

    told = cli(*listed, "--filter", "role=viewer", "--sort", "email", "--fields", "email", "--json")
    assert [one["email"].split(".")[0] for one in json.loads(told)] == ["bob", "dora"]
    assert all(set(one) == {"email"} for one in json.loads(told))
    table = cli(*listed, "--filter", "email.icontains=CARL", "--fields", "role,status")
    assert table.split() == ["role", "status", "admin", "pending"]
    assert "bad_filter" in cli(*listed, "--filter", "secret=1", expect=1)
    assert "FIELD=VALUE" in cli(*listed, "--filter", "secret", expect=2)
    assert "choose among" in cli(*listed, "--fields", "secret", expect=2)
    assert "3 in all" in engines.service.finished(*listed, "--count", "--limit", "1").stderr
