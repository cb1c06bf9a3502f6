"""Tenants are apart: another one's ids are not there, and a role may do what it may."""

from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.service import EVERY_ROUTE, Person, Service

OF_TUS = {
    "Content-Type": "application/offset+octet-stream",
    "Upload-Length": "1",
    "Upload-Offset": "0",
    "Upload-Metadata": "bucket ZG9jcw==,filename YQ==",
}
STORAGE = "/v1/organizations/{organization_id}/storage"
BILLING = "/v1/organizations/{organization_id}/billing"
AT = "/v1/organizations/{organization_id}"
RECORDS = f"{AT}/collections/{{collection_key}}/records"


class Two:
    """Two organizations that know nothing of each other."""

    def __init__(self, service: Service) -> None:
        self.ada, self.eve = service.person(), service.person()
        self.of_ada, self.of_eve = self.ada.organization(), self.eve.organization()
        self.invited = self.ada.http.post(
            f"/v1/organizations/{self.of_ada}/invitations", json={"email": "x@example.com"}
        ).json()["id"]


@pytest.fixture(scope="module")
def two(service: Service) -> Two:
    return Two(service)


def tenant_routes(person: Person) -> list[tuple[str, str]]:
    paths: dict[str, Any] = person.http.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), path)
        for path, operations in paths.items()
        for method in operations
        if path.startswith("/v1/organizations/{organization_id}")
    ]


def filled(template: str, **values: str) -> str:
    """Put ids into a path: those that are given, and made-up ones."""
    return template.format_map(defaultdict(lambda: str(uuid4()), values))


def test_every_route_of_a_foreign_organization_is_not_found(two: Two) -> None:
    routes = tenant_routes(two.eve)
    assert len(routes) >= 12
    bodies = {
        "invitations": {"email": "y@example.com"},
        "transfer-ownership": {"user_id": str(uuid4())},
    }

    for method, template in routes:
        for organization_id in (two.of_ada, str(uuid4())):
            path = filled(
                template,
                organization_id=organization_id,
                user_id=two.ada.tokens["user"]["id"],
                invitation_id=two.invited,
            )
            body = bodies.get(path.rsplit("/", 1)[1], {"role": "member"})
            answer = two.eve.http.request(method, path, json=body, headers=EVERY_ROUTE)
            assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")


def test_foreign_ids_inside_ones_own_organization_are_not_found(two: Two) -> None:
    own = f"/v1/organizations/{two.of_eve}"
    stranger = two.ada.tokens["user"]["id"]

    answers = [
        two.eve.http.delete(f"{own}/invitations/{two.invited}"),
        two.eve.http.post(f"{own}/invitations/{two.invited}/resend"),
        two.eve.http.patch(f"{own}/members/{stranger}", json={"role": "member"}),
        two.eve.http.delete(f"{own}/members/{stranger}"),
        two.eve.http.post(f"{own}/transfer-ownership", json={"user_id": stranger}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    pending = two.ada.http.get(f"/v1/organizations/{two.of_ada}/invitations").json()["items"]
    assert [one["status"] for one in pending] == ["pending"]


def test_somebody_elses_session_is_not_found(two: Two) -> None:
    foreign = two.ada.tokens["session_id"]

    assert two.eve.http.delete(f"/v1/me/sessions/{foreign}").json()["code"] == "session_not_found"
    assert two.ada.http.get("/v1/me").status_code == 200


def test_a_role_changes_with_the_next_request(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob, "viewer"))
    member = f"/v1/organizations/{organization_id}/members/{bob.tokens['user']['id']}"
    invitations = f"/v1/organizations/{organization_id}/invitations"

    assert bob.http.get(invitations).json()["code"] == "permission_denied"
    ada.http.patch(member, json={"role": "admin"}).raise_for_status()
    assert bob.http.get(invitations).status_code == 200
    ada.http.delete(member).raise_for_status()
    assert bob.http.get(invitations).json()["code"] == "organization_not_found"


def test_nobody_gives_or_touches_more_than_they_are(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob, "admin"))
    at = f"/v1/organizations/{organization_id}"
    owner, self_ = (person.tokens["user"]["id"] for person in (ada, bob))

    answers = [
        bob.http.patch(f"{at}/members/{self_}", json={"role": "owner"}),
        bob.http.post(f"{at}/invitations", json={"email": "z@example.com", "role": "owner"}),
        bob.http.patch(f"{at}/members/{owner}", json={"role": "viewer"}),
        bob.http.delete(f"{at}/members/{owner}"),
        bob.http.post(f"{at}/transfer-ownership", json={"user_id": self_}),
    ]

    assert {answer.json()["code"] for answer in answers} == {"permission_denied"}
    unknown = bob.http.patch(f"{at}/members/{self_}", json={"role": "emperor"})
    assert unknown.json()["errors"][0]["code"] == "unknown_role"


def test_an_invitation_is_for_one_address_alone(service: Service) -> None:
    ada, bob, eve = service.person(), service.person(), service.person()
    token = ada.invite(ada.organization(), bob)

    stolen = eve.http.post("/v1/invitations/accept", json={"token": token})

    assert (stolen.status_code, stolen.json()["code"]) == (403, "invitation_not_yours")
    bob.accept(token)
    again = bob.http.post("/v1/invitations/accept", json={"token": token})
    assert again.json()["code"] == "invitation_not_pending"


def test_the_last_owner_stays(service: Service) -> None:
    ada = service.person()
    organization_id = ada.organization()
    member = f"/v1/organizations/{organization_id}/members/{ada.tokens['user']['id']}"

    answers = [
        ada.http.post(f"/v1/organizations/{organization_id}/leave"),
        ada.http.patch(member, json={"role": "member"}),
        ada.http.delete(member),
    ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(409, "last_owner")}


def uploaded(person: Person, organization_id: str) -> str:
    """Have somebody make a bucket with a file in it; return the file's id."""
    at = f"/v1/organizations/{organization_id}/storage/buckets"
    person.http.post(at, json={"name": "docs"}).raise_for_status()
    answer = person.http.put(f"{at}/docs/content?filename=a.txt", content=b"hello")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def looked_at(person: Person, organization_id: str) -> dict[str, str]:
    """Have somebody make a dashboard with a report on it, and a flag; return their names."""
    at = f"/v1/organizations/{organization_id}"
    report = {"title": "Orders", "query": {"kind": "trend"}}
    report_id = person.http.post(f"{at}/reports", json=report).raise_for_status().json()["id"]
    dashboard = {"title": "All", "report_ids": [report_id]}
    made = person.http.post(f"{at}/dashboards", json=dashboard).raise_for_status()
    person.http.post(f"{at}/flags", json={"key": "new-checkout"}).raise_for_status()
    return {
        "report_id": report_id,
        "dashboard_id": made.json()["id"],
        "flag_key": "new-checkout",
    }


def defined(person: Person, organization_id: str) -> dict[str, str]:
    """Have somebody define a collection and make a record; return their ids."""
    told = {"key": "tickets", "title": "Tickets", "fields": [{"key": "name", "type": "text"}]}
    at = f"/v1/organizations/{organization_id}/collections"
    person.http.post(at, json=told).raise_for_status()
    made = person.http.post(f"{at}/tickets/records", json={"name": "a"}).raise_for_status()
    return {"collection_key": "tickets", "record_id": made.json()["id"]}


def test_a_viewer_reads_what_viewers_may_and_writes_nothing(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob, "viewer"))
    pending = ada.http.post(
        f"/v1/organizations/{organization_id}/invitations", json={"email": "v@example.com"}
    ).json()["id"]
    values = {
        "organization_id": organization_id,
        "user_id": ada.tokens["user"]["id"],
        "invitation_id": pending,
        "role_key": "admin",
        "bucket": "docs",
        "object_id": uploaded(ada, organization_id),
        "invoice_id": "in_1",
        "payment_method_id": "pm_1",
        "checkout_id": "cs_1",
        "feature": "calls",
        "meter_slug": "orders",
        "event_name": "order.placed",
        "setting_key": "locale.language",
    }
    values |= looked_at(ada, organization_id) | defined(ada, organization_id)
    open_to_all = {
        ("GET", "/v1/organizations/{organization_id}"),
        ("GET", "/v1/organizations/{organization_id}/members"),
        ("POST", "/v1/organizations/{organization_id}/leave"),
        ("GET", "/v1/organizations/{organization_id}/roles"),
        ("GET", "/v1/organizations/{organization_id}/roles/{role_key}"),
        ("GET", "/v1/organizations/{organization_id}/api-keys"),
        ("GET", f"{STORAGE}/buckets"),
        ("GET", f"{STORAGE}/buckets/{{bucket}}"),
        ("GET", f"{STORAGE}/usage"),
        ("GET", f"{STORAGE}/objects"),
        ("GET", f"{STORAGE}/objects/{{object_id}}"),
        ("GET", f"{STORAGE}/objects/{{object_id}}/content"),
        ("POST", f"{STORAGE}/objects/{{object_id}}/download-url"),
        ("POST", f"{STORAGE}/objects/download-urls"),
        ("GET", f"{BILLING}/entitlements"),
        ("GET", f"{AT}/events"),
        ("GET", f"{AT}/events/names"),
        ("GET", f"{AT}/events/names/{{event_name}}/props"),
        ("GET", f"{AT}/stats/limits"),
        ("GET", f"{AT}/stats/overview"),
        ("GET", f"{AT}/alerts"),
        ("GET", f"{AT}/meters"),
        ("GET", f"{AT}/reports"),
        ("GET", f"{AT}/reports/{{report_id}}"),
        ("POST", f"{AT}/reports/{{report_id}}/run"),
        ("GET", f"{AT}/reports/{{report_id}}/chart.svg"),
        ("GET", f"{AT}/settings"),
        ("GET", f"{AT}/settings/effective"),
        ("GET", f"{AT}/settings/{{setting_key}}"),
        ("GET", f"{AT}/dashboards"),
        ("GET", f"{AT}/dashboards/{{dashboard_id}}"),
        ("POST", f"{AT}/dashboards/{{dashboard_id}}/run"),
        ("GET", f"{AT}/flags"),
        ("GET", f"{AT}/flags/{{flag_key}}"),
        ("POST", f"{AT}/flags/{{flag_key}}/evaluate"),
        ("GET", f"{AT}/collections"),
        ("GET", f"{AT}/collections/templates"),
        ("GET", f"{AT}/collections/{{collection_key}}"),
        ("GET", f"{AT}/collections/{{collection_key}}/schema"),
        ("GET", f"{AT}/collections/{{collection_key}}/openapi"),
        ("GET", RECORDS),
        ("GET", f"{RECORDS}/export"),
        ("GET", f"{RECORDS}/{{record_id}}"),
        ("GET", f"{RECORDS}/{{record_id}}/history"),
    }
    numbers = {
        ("GET", f"{RECORDS}/stream"),  # which goes on
        ("GET", f"{RECORDS}/imports/{{import_id}}"),
        ("POST", f"{AT}/stats/query"),
        ("POST", f"{AT}/stats/top"),
        ("POST", f"{AT}/stats/funnel"),
        ("POST", f"{AT}/stats/retention"),
        ("GET", f"{AT}/stats/chart.svg"),
        ("GET", f"{AT}/meters/{{meter_slug}}"),
        ("GET", f"{AT}/meters/{{meter_slug}}/usage"),
        ("GET", f"{AT}/events/{{stats_event_id}}"),
        ("GET", f"{AT}/events/export"),
    }
    of_the_catalogue = {("GET", f"{BILLING}/entitlements/{{feature}}")}
    of_their_own = {("DELETE", "/v1/organizations/{organization_id}/api-keys/{api_key_id}")}
    before = ada.http.get(f"/v1/organizations/{organization_id}").json()

    other_rules = of_their_own | of_the_catalogue | numbers
    for method, template in set(tenant_routes(bob)) - open_to_all - other_rules:
        bodies = [
            {"name": "Taken over"},
            {"role": "viewer"},
            {"email": "w@example.com"},
            {"user_id": bob.tokens["user"]["id"]},
            {"key": "helper", "name": "Helper", "permissions": []},
            {"name": "deploy", "scopes": ["members:read"]},
            {"enforced": True},
            {"name": "taken-over"},
            {"numbers": [1]},
            {"bucket": "docs", "filename": "a", "content_type": "text/plain", "size": 1},
            {},
            {"domain": "engines.example.com"},
            {"quantity": 2},
            {"events": [{"name": "order.placed"}]},
            {"slug": "orders", "event_name": "order.placed"},
            {"title": "Orders", "query": {"kind": "trend"}},
            {"title": "All"},
            {"value": "de"},
            {"title": "Many", "meter": "orders", "above": 9},
            {"id": "pm_1"},
            {"key": "other"},
            {"enabled": False},
            {"key": "notes", "title": "Notes", "fields": [{"key": "name", "type": "text"}]},
            {"collections": []},
            {"ops": [{"op": "create", "data": {}}]},
            {"version": 1},
            {"url": "https://a.example.com"},
            {"return_url": "https://a.example.com"},
            {
                "price_lookup_key": "team_monthly",
                "success_url": "https://a.example.com",
                "cancel_url": "https://a.example.com",
            },
            {
                "name": "A",
                "issuer": "https://a.example.com",
                "client_id": "a",
                "client_secret": "a",
            },
        ]
        path = filled(template, **values)
        path += "?filename=a" if template.endswith("/buckets/{bucket}/content") else ""
        path += "?subject=ada" if (method, template) == ("DELETE", f"{AT}/events") else ""
        headers = EVERY_ROUTE | (OF_TUS if "/tus" in template else {})
        answers = [bob.http.request(method, path, json=one, headers=headers) for one in bodies]
        codes = {answer.json()["code"] for answer in answers if answer.status_code != 422}
        assert codes == {"permission_denied"}, (method, template)
        assert all(answer.status_code in {403, 422} for answer in answers), (method, template)

    assert ada.http.get(f"/v1/organizations/{organization_id}").json() == before
    asked = {"ids": [values["object_id"]]}
    for method, template in sorted(open_to_all, key=lambda one: one[1].endswith("/leave")):
        body = asked if template.endswith("/download-urls") else None
        body = {} if template.endswith("/evaluate") else body
        answer = bob.http.request(method, template.format(**values), json=body, headers=EVERY_ROUTE)
        assert answer.is_success, (template, answer.text)


def test_an_organization_one_left_is_not_there_any_more(service: Service) -> None:
    ada, bob = service.person(), service.person()
    organization_id = ada.organization()
    bob.accept(ada.invite(organization_id, bob, "admin"))

    bob.http.post(f"/v1/organizations/{organization_id}/leave").raise_for_status()

    for method, template in tenant_routes(bob):
        path = filled(template, organization_id=organization_id)
        answer = bob.http.request(method, path, headers=EVERY_ROUTE)
        assert answer.json()["code"] == "organization_not_found", (method, template)
    assert bob.http.get("/v1/me/organizations").json()["items"] == []


def test_an_organization_is_the_same_however_its_id_is_written(two: Two) -> None:
    plain = two.of_ada
    for written in (plain.upper(), plain.replace("-", ""), f"{{{plain}}}", f"urn:uuid:{plain}"):
        assert two.ada.http.get(f"/v1/organizations/{written}").status_code in {200, 404, 422}
        foreign = two.eve.http.get(f"/v1/organizations/{written}/members")
        assert (foreign.status_code, foreign.json()["code"]) == (404, "organization_not_found")


def test_one_request_names_one_organization(two: Two) -> None:
    """What stands in a body, a query or a header opens no other tenant's door."""
    own = f"/v1/organizations/{two.of_eve}"
    tricks = [
        two.eve.http.get(f"{own}/members?organization_id={two.of_ada}"),
        two.eve.http.patch(own, json={"name": "x", "organization_id": two.of_ada}),
        two.eve.http.post(
            f"{own}/invitations",
            json={"email": "t@example.com", "organization_id": two.of_ada},
        ),
    ]
    assert [answer.status_code for answer in tricks] == [400, 422, 422]
    members = two.eve.http.get(f"{own}/members", headers={"X-Organization-Id": two.of_ada}).json()
    assert {one["organization_id"] for one in members["items"]} == {two.of_eve}
