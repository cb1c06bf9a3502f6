"""The main job, from sign-up to an invited member, as a stranger would do it over HTTP."""

from concurrent.futures import ThreadPoolExecutor

from tests.integration.service import Service


def test_a_stranger_gets_from_sign_up_to_an_invited_member(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()

    bob.accept(ada.invite(organization_id, bob))

    members = bob.http.get(f"/v1/organizations/{organization_id}/members").json()["items"]
    assert {(one["email"], one["role"]) for one in members} == {
        (ada.email, "owner"),
        (bob.email, "member"),
    }


def test_eight_clients_that_refresh_at_once_get_one_new_token(service: Service) -> None:
    ada = service.person()
    body = {"refresh_token": ada.tokens["refresh_token"]}

    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: ada.http.post("/v1/auth/token/refresh", json=body), range(8))
        )

    assert {answer.status_code for answer in answers} == {200}
    [new] = {answer.json()["refresh_token"] for answer in answers}
    assert new != ada.tokens["refresh_token"]


def test_a_revoked_session_is_refused_with_its_next_request(service: Service) -> None:
    ada = service.person()
    here = dict(ada.tokens)
    ada.log_in()

    ada.http.delete(f"/v1/me/sessions/{here['session_id']}").raise_for_status()

    refused = ada.http.get("/v1/me", headers={"Authorization": f"Bearer {here['access_token']}"})
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    assert ada.http.get("/v1/me").status_code == 200
