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
