"""A request that is sent again is carried out once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.factories import PASSWORD
from tests.integration.service import Person, Service

PATH = "/v1/organizations"


@pytest.fixture(scope="module")
def ada(service: Service) -> Person:
    return service.person()


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def test_a_repetition_gets_the_first_answer(ada: Person) -> None:
    headers = key()
    first, second = (ada.http.post(PATH, json={"name": "A"}, headers=headers) for _ in range(2))

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


def test_another_request_with_the_key_is_refused(ada: Person) -> None:
    headers = key()
    ada.http.post(PATH, json={"name": "A"}, headers=headers)

    other = ada.http.post(PATH, json={"name": "B"}, headers=headers)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_two_people_may_use_the_same_key(service: Service, ada: Person) -> None:
    bob, headers = service.person(), key()

    one, other = (
        person.http.post(PATH, json={"name": "A"}, headers=headers) for person in (ada, bob)
    )

    assert one.json()["id"] != other.json()["id"]


def test_a_refused_request_may_be_mended_and_sent_again(ada: Person) -> None:
    headers, slug = key(), f"taken-{uuid4().hex[:8]}"
    ada.http.post(PATH, json={"name": "A", "slug": slug})

    refused = ada.http.post(PATH, json={"name": "B", "slug": slug}, headers=headers)
    mended = ada.http.post(PATH, json={"name": "B"}, headers=headers)

    assert (refused.status_code, mended.status_code) == (409, 201)


def test_of_fifty_at_once_one_is_carried_out(service: Service, ada: Person) -> None:
    headers, name = key(), uuid4().hex

    def ask(_: int) -> tuple[int, str | None]:
        answer = ada.http.post(PATH, json={"name": name}, headers=headers)
        return answer.status_code, answer.json().get("id")

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(50)))

    assert {status for status, _ in answers} <= {201, 409}
    assert len({found for status, found in answers if status == 201}) == 1
    with psycopg.connect(service.owner_url) as owner:
        counted = owner.execute(
            "SELECT count(*) FROM accounts.organizations WHERE name = %s", [name]
        ).fetchone()
    assert counted == (1,)


def test_stored_answers_are_no_plain_text(service: Service, ada: Person) -> None:
    name = uuid4().hex
    ada.http.post(PATH, json={"name": name}, headers=key()).raise_for_status()

    with psycopg.connect(service.owner_url) as owner:
        boxes = owner.execute("SELECT body_box FROM core.idempotency_keys").fetchall()
    assert boxes
    assert all(name.encode() not in box for (box,) in boxes)


@pytest.mark.parametrize("bad", ["", "a b", "x" * 256, "ü"])
def test_a_key_is_visible_ascii(ada: Person, bad: str) -> None:
    headers = httpx.Headers({"Idempotency-Key": bad}, encoding="utf-8")

    answer = ada.http.post(PATH, json={"name": "A"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_while_the_first_request_runs_others_are_told_to_wait(
    service: Service, ada: Person
) -> None:
    headers = key()
    holds = f"user:{ada.tokens['user']['id']} {headers['Idempotency-Key']}"

    with psycopg.connect(service.owner_url) as first:
        first.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [holds])
        early = ada.http.post(PATH, json={"name": "A"}, headers=headers)
    late = ada.http.post(PATH, json={"name": "A"}, headers=headers)

    assert (early.status_code, early.json()["code"]) == (409, "idempotency_key_in_flight")
    assert int(early.headers["retry-after"]) >= 1
    assert late.status_code == 201
    assert "idempotency-replayed" not in late.headers


def test_a_key_is_for_one_method_and_path_and_query(service: Service, ada: Person) -> None:
    headers = key()
    organization_id = ada.http.post(PATH, json={"name": "A"}, headers=headers).json()["id"]

    others = [
        ada.http.patch(f"{PATH}/{organization_id}", json={"name": "A"}, headers=headers),
        ada.http.post(f"{PATH}/{organization_id}/invitations", json={"name": "A"}, headers=headers),
        ada.http.post(PATH, content=b'{"name":  "A"}', headers=headers),
    ]

    assert [one.json()["code"] for one in others] == ["idempotency_key_reused"] * 3


def test_an_answer_without_a_body_is_repeated_too(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob))
    path, headers = f"{PATH}/{organization_id}/transfer-ownership", key()
    body = {"user_id": bob.tokens["user"]["id"]}

    first, second = (ada.http.post(path, json=body, headers=headers) for _ in range(2))

    assert (first.status_code, first.content) == (204, b"")
    assert (second.status_code, second.content) == (204, b"")
    assert second.headers["idempotency-replayed"] == "true"


def test_who_may_not_see_a_thing_any_more_gets_no_stored_answer_of_it(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob, "admin"))
    path, headers = f"{PATH}/{organization_id}", key()
    bob.http.patch(path, json={"name": "Seen"}, headers=headers).raise_for_status()

    ada.http.delete(f"{path}/members/{bob.tokens['user']['id']}").raise_for_status()

    repeated = bob.http.patch(path, json={"name": "Seen"}, headers=headers)
    assert repeated.json()["code"] == "organization_not_found"


def test_no_key_is_taken_where_tokens_are_handed_out(service: Service, ada: Person) -> None:
    headers = key()
    body = {"email": ada.email, "password": PASSWORD}

    first, second = (ada.http.post("/v1/auth/login", json=body, headers=headers) for _ in range(2))

    assert first.json()["session_id"] != second.json()["session_id"]
    with psycopg.connect(service.owner_url) as owner:
        kept = owner.execute(
            "SELECT count(*) FROM core.idempotency_keys WHERE key = %s",
            [headers["Idempotency-Key"]],
        ).fetchone()
    assert kept == (0,)


def test_nothing_of_a_stored_answer_can_be_read_in_the_database(
    service: Service, ada: Person
) -> None:
    name, headers = uuid4().hex, key()
    created = ada.http.post(PATH, json={"name": name}, headers=headers).json()

    with psycopg.connect(service.owner_url) as owner:
        [row] = owner.execute(
            "SELECT k::text, encode(body_box, 'escape') FROM core.idempotency_keys AS k"
            " WHERE key = %s",
            [headers["Idempotency-Key"]],
        ).fetchall()
    for plain in (name, created["id"], created["slug"], "analytical"):
        assert plain not in " ".join(row)
