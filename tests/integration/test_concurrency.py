"""What must hold however many ask at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg

from tests.factories import PASSWORD
from tests.integration.service import Person, Service


def at_once(count: int, ask: Callable[[int], httpx.Response]) -> Counter[int]:
    with ThreadPoolExecutor(count) as threads:
        return Counter(answer.status_code for answer in threads.map(ask, range(count)))


def test_one_of_many_registrations_of_an_address_makes_the_account(service: Service) -> None:
    email = f"{uuid4().hex}@example.com"
    with service.client() as client:
        body = {"email": email, "password": PASSWORD}
        answers = at_once(10, lambda _: client.post("/v1/auth/register", json=body))

    assert answers == {202: 10}
    with psycopg.connect(service.owner_url) as owner:
        found = owner.execute("SELECT count(*) FROM accounts.users WHERE email = %s", [email])
        assert found.fetchone() == (1,)


def test_a_mailed_token_works_for_one_of_many(service: Service) -> None:
    bob = Person(service, f"{uuid4().hex}@example.com")
    bob.register()
    body = {"token": service.mailed_token(bob.email, "/verify-email")}

    answers = at_once(10, lambda _: bob.http.post("/v1/auth/verify-email", json=body))

    assert answers == {204: 1, 400: 9}


def test_an_invitation_is_accepted_once(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    body = {"token": ada.invite(organization_id, bob)}

    answers = at_once(20, lambda _: bob.http.post("/v1/invitations/accept", json=body))

    assert answers == {200: 1, 409: 19}
    members = ada.http.get(f"/v1/organizations/{organization_id}/members").json()["items"]
    assert len(members) == 2


def test_a_slug_goes_to_one_of_many(service: Service) -> None:
    ada = service.person()
    body = {"name": "Engines", "slug": f"engines-{uuid4().hex[:8]}"}

    answers = at_once(10, lambda _: ada.http.post("/v1/organizations", json=body))

    assert answers == {201: 1, 409: 9}


def test_two_owners_who_leave_at_once_leave_one_behind(service: Service) -> None:
    ada, bob = service.person(), service.person()
    for _ in range(15):
        organization_id = ada.organization()
        bob.accept(ada.invite(organization_id, bob, "owner"))
        at = f"/v1/organizations/{organization_id}"
        member = f"{at}/members/{bob.tokens['user']['id']}"

        with ThreadPoolExecutor(2) as threads:
            left = threads.submit(ada.http.post, f"{at}/leave")
            demoted = threads.submit(bob.http.patch, member, json={"role": "member"})
        answers = Counter([left.result().status_code, demoted.result().status_code])

        assert answers[409] == 1, answers


def test_owners_who_leave_demote_and_remove_each_other_at_once_never_all_go(
    service: Service,
) -> None:
    ada, bob = service.person(), service.person()
    ids = [person.tokens["user"]["id"] for person in (ada, bob)]
    with psycopg.connect(service.owner_url, autocommit=True) as owner:
        for number in range(15):
            organization_id = ada.organization()
            owner.execute(
                "INSERT INTO accounts.memberships (organization_id, user_id, role, created_at)"
                " VALUES (%s, %s, 'owner', now())",
                [organization_id, ids[1]],
            )

            answers = at_once(8, clash(ada, bob, ids, organization_id, number))

            assert not {status for status in answers if status >= 500}, answers
            found = owner.execute(
                "SELECT count(*) FROM accounts.memberships"
                " WHERE organization_id = %s AND role = 'owner'",
                [organization_id],
            ).fetchone()
            assert found is not None
            assert found[0] >= 1


def clash(
    ada: Person, bob: Person, ids: list[str], organization_id: str, number: int
) -> Callable[[int], httpx.Response]:
    """Return what both do at once: every second request is the other one's."""
    at = f"/v1/organizations/{organization_id}"

    def ask(which: int) -> httpx.Response:
        person, other = ((ada, ids[1]), (bob, ids[0]))[which % 2]
        moves: list[Callable[[], httpx.Response]] = [
            lambda: person.http.post(f"{at}/leave"),
            lambda: person.http.patch(f"{at}/members/{other}", json={"role": "viewer"}),
            lambda: person.http.delete(f"{at}/members/{other}"),
            lambda: person.http.post(f"{at}/transfer-ownership", json={"user_id": other}),
        ]
        return moves[(which // 2 + number) % len(moves)]()

    return ask


def test_a_reset_link_sets_one_of_many_passwords(service: Service) -> None:
    bob = service.person()
    bob.http.post("/v1/auth/password/forgot", json={"email": bob.email})
    token = service.mailed_token(bob.email, "/reset-password")
    passwords = [f"{PASSWORD} number {number}" for number in range(10)]
    worked: list[str] = []

    def reset(number: int) -> httpx.Response:
        body = {"token": token, "new_password": passwords[number]}
        answer = bob.http.post("/v1/auth/password/reset", json=body)
        if answer.status_code == 204:
            worked.append(passwords[number])
        return answer

    assert at_once(10, reset) == {204: 1, 400: 9}
    body = {"email": bob.email, "password": worked[0]}
    assert bob.http.post("/v1/auth/login", json=body).status_code == 200


def test_eight_refreshes_at_once_make_one_generation(service: Service) -> None:
    ada = service.person()
    for _ in range(3):
        body = {"refresh_token": ada.tokens["refresh_token"]}
        with ThreadPoolExecutor(8) as threads:
            answers = list(
                threads.map(
                    lambda _, body=body: ada.http.post("/v1/auth/token/refresh", json=body),
                    range(8),
                )
            )
        assert {answer.status_code for answer in answers} == {200}
        [new] = {answer.json()["refresh_token"] for answer in answers}
        assert new != body["refresh_token"]
        ada.tokens = answers[0].json()

    with psycopg.connect(service.owner_url) as owner:
        generation = owner.execute(
            "SELECT generation FROM accounts.sessions WHERE id = %s", [ada.tokens["session_id"]]
        ).fetchone()
    assert generation == (4,)


def test_a_session_that_ends_while_it_refreshes_has_ended(service: Service) -> None:
    for _ in range(5):
        ada = service.person()
        body = {"refresh_token": ada.tokens["refresh_token"]}
        answers: list[httpx.Response] = []

        def ask(which: int, ada: Person = ada, body: dict[str, str] = body) -> httpx.Response:
            path = "/v1/auth/logout" if which == 3 else "/v1/auth/token/refresh"
            return ada.http.post(path, json=body)

        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(ask, range(6)))

        assert {answer.status_code for answer in answers} <= {200, 204, 401}
        for answer in answers:
            if answer.status_code == 200:
                again = {"refresh_token": answer.json()["refresh_token"]}
                assert ada.http.post("/v1/auth/token/refresh", json=again).status_code == 401


def test_of_many_changes_to_one_version_one_is_made(service: Service) -> None:
    ada = service.person()
    path = f"/v1/organizations/{ada.organization()}"
    headers = {"If-Match": ada.http.get(path).headers["etag"]}

    answers = at_once(
        10, lambda number: ada.http.patch(path, json={"name": f"N{number}"}, headers=headers)
    )

    assert answers == {200: 1, 412: 9}


def test_an_address_is_invited_once(service: Service) -> None:
    ada = service.person()
    path = f"/v1/organizations/{ada.organization()}/invitations"
    body = {"email": f"{uuid4().hex}@example.com"}

    answers = at_once(10, lambda _: ada.http.post(path, json=body))

    assert answers == {201: 1, 409: 9}
