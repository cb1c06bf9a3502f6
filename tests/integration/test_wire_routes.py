"""Whatever is sent to whatever route: an answer the caller can read, and never a 5xx.

The routes are those of /openapi.json, so that a new one is tried from its first day.
"""

import json
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from tests.factories import PASSWORD
from tests.integration.service import EVERY_ROUTE, Person, Service

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
JSON = {"content-type": "application/json"}
SAMPLES: dict[str, Any] = {
    "email": "routes.nobody@example.org",
    "password": PASSWORD,
    "new_password": PASSWORD,
    "current_password": "not the password of anybody",
    "locale": "en",
    "role": "viewer",
    "slug": "a-slug",
    "user_id": str(uuid4()),
    "key": "a-role",
    "permissions": ["members:read"],
    "scopes": ["members:read"],
}
"""What makes most of a body right, so that the part that is wrong gets looked at."""


NAMES = {"collection_key": "a_noun"}
"""What keys in paths look like that are no ids; they name nothing that is there."""

LARGE = {"records.batch_records"}
"""What takes more than a body usually may have."""

OTHERWISE = ("ofrep.", "records.import_records")

SOME_TYPE = {"records.update_record"}
"""What takes a change as a merge patch, and as nothing else."""


class Route(NamedTuple):
    method: str
    template: str
    operation: dict[str, Any]
    schemas: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.operation["operationId"])

    def path(self, **values: str) -> str:
        named = (one["name"] for one in self.parameters("path"))
        values = NAMES | values
        return self.template.format(**{name: values.get(name, str(uuid4())) for name in named})

    def parameters(self, place: str) -> list[dict[str, Any]]:
        return [one for one in self.operation.get("parameters", ()) if one["in"] == place]

    @property
    def takes_body(self) -> bool:
        return "application/json" in self.operation.get("requestBody", {}).get("content", {})

    def fields(self) -> dict[str, Any]:
        content = self.operation["requestBody"]["content"]["application/json"]["schema"]
        if "properties" not in content:
            reference: str = content.get("$ref") or content.get("anyOf", [{}])[0].get("$ref", "")
            if not reference:  # a record's, whose fields its collection knows
                return {}
            content = self.schemas[reference.rsplit("/", 1)[1]]
        fields: dict[str, Any] = content["properties"]
        return fields

    def body(self) -> dict[str, Any]:
        return {name: SAMPLES.get(name, "text") for name in self.fields()}


class Tried:
    """Somebody with an organization, who tries every route."""

    def __init__(self, service: Service) -> None:
        self.ada = service.person()
        self.organization_id = self.ada.organization()
        document = self.ada.http.get("/openapi.json").json()
        self.routes = [
            Route(method.upper(), path, operation, document["components"]["schemas"])
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ]

    def ask(self, route: Route, path: str | None = None, **options: Any) -> httpx.Response:
        headers = EVERY_ROUTE | options.pop("headers", {})
        return self.ada.http.request(
            route.method, path or self.path(route), headers=headers, **options
        )

    def path(self, route: Route) -> str:
        return route.path(organization_id=self.organization_id)

    @property
    def with_body(self) -> list[Route]:
        """Return the routes that take JSON as we do; OFREP's and files are tried elsewhere."""
        taking = (route for route in self.routes if route.takes_body)
        return [one for one in taking if not one.name.startswith(OTHERWISE)]


@pytest.fixture(scope="module")
def tried(service: Service) -> Tried:
    return Tried(service)


def problem(answer: httpx.Response, what: object) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", (what, answer.text)
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert found["request_id"] == answer.headers["x-request-id"]
    assert found["type"] == f"/problems/{found['code']}"
    return found


def assert_refused(answer: httpx.Response, what: object, *statuses: int) -> None:
    assert answer.status_code in statuses, (what, answer.status_code, answer.text)
    if answer.status_code >= 400:
        problem(answer, what)


def assert_sane(answer: httpx.Response, what: object) -> None:
    assert answer.status_code < 500, (what, answer.text)
    if answer.status_code >= 400:
        problem(answer, what)


def test_a_route_that_is_secured_wants_a_token_before_it_reads_anything(
    service: Service, tried: Tried
) -> None:
    secured = [route for route in tried.routes if route.operation.get("security")]
    assert len(secured) >= 20
    with service.client() as nobody:
        for route in secured:
            answer = nobody.request(
                route.method, f"{tried.path(route)}?x=1", content=b"{", headers=JSON
            )
            assert (answer.status_code, problem(answer, route.name)["code"]) == (
                401,
                "authentication_required",
            )
            assert answer.headers["www-authenticate"] == "Bearer"


def test_unknown_query_parameters_are_refused_everywhere(tried: Tried) -> None:
    for route in tried.routes:
        if route.name == "sso.answer":  # what providers add is ignored: RFC 6749 4.1.2
            continue
        answer = tried.ask(route, f"{tried.path(route)}?surprise=1")
        found = problem(answer, route.name)
        assert (answer.status_code, found["code"]) == (400, "unknown_parameter"), route.name
        assert found["errors"][0]["pointer"] == "/query/surprise"


def test_a_wrong_method_is_told_all_the_right_ones_everywhere(tried: Tried) -> None:
    right: dict[str, set[str]] = {}
    for route in tried.routes:
        right.setdefault(route.template, set()).add(route.method)
    by_its_name = "/v1/organizations/{organization_id}/billing/payment-methods/default"
    right[by_its_name] |= {"DELETE"}  # of a method whose id is "default"
    collections = "/v1/organizations/{organization_id}/collections"
    for word in ("apply", "templates"):  # which no collection has for a key
        right[f"{collections}/{word}"] |= {"GET", "PATCH", "DELETE"}
    records = f"{collections}/{{collection_key}}/records"
    for word in ("batch", "export", "import", "stream"):  # which may be a record's own name
        right[f"{records}/{word}"] |= {"GET", "PUT", "PATCH", "DELETE"}
    for route in tried.routes:
        describes = {"OPTIONS"} if route.template.endswith("/tus") else set()
        for method in (METHODS | {"OPTIONS"}) - right[route.template] - describes:
            answer = tried.ada.http.request(method, tried.path(route))
            assert problem(answer, route.name)["code"] == "method_not_allowed"
            allowed = set(answer.headers["allow"].split(", "))
            assert allowed - {"HEAD"} - describes == right[route.template]


NO_JSON = (
    b"{",
    b"\xff\xfe\x00",
    b'{"email": "\xff"}',
    b"[" * 10_000 + b"]" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b"9" * 5_000,
    b"\xef\xbb\xbf{",
)


def test_a_body_that_is_no_json_is_refused_everywhere(tried: Tried) -> None:
    for route in tried.with_body:
        for content in NO_JSON:
            answer = tried.ask(route, content=content, headers=JSON)
            assert_refused(answer, (route.name, content[:20]), 400)
            assert answer.json()["code"] == "malformed_json"


def test_a_body_that_is_no_object_is_refused_everywhere(tried: Tried) -> None:
    for route in tried.with_body:
        for content in (b"[]", b'"text"', b"5", b"true", b"NaN"):
            answer = tried.ask(route, content=content, headers=JSON)
            assert_refused(answer, (route.name, content), 422)


def test_a_missing_body_is_refused_where_one_is_needed(tried: Tried) -> None:
    needed = [one for one in tried.with_body if one.operation["requestBody"].get("required")]
    assert len(needed) >= 12
    for route in needed:
        for content in (b"", b"null"):
            assert_refused(tried.ask(route, content=content, headers=JSON), route.name, 422)


def test_unknown_fields_are_pointed_at_everywhere(tried: Tried) -> None:
    for route in tried.with_body:
        if not route.fields():
            continue
        answer = tried.ask(route, json=route.body() | {"sur/prise": 1, "sur/pri~se": 2})
        assert_refused(answer, route.name, 422)
        pointers = {one["pointer"] for one in answer.json()["errors"]}
        assert pointers >= {"#/sur~1prise", "#/sur~1pri~0se"}, route.name


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/;;=\u00e4".encode()},
        {},
    ],
    ids=range(5),
)
def test_a_body_of_another_type_is_refused_everywhere(
    tried: Tried, headers: dict[str, str]
) -> None:
    for route in tried.with_body:
        content = json.dumps(route.body()).encode()
        # 415 where several types are taken.
        assert_refused(tried.ask(route, content=content, headers=headers), route.name, 415, 422)


@pytest.mark.parametrize("chunked", [False, True])
def test_two_mebibytes_are_too_large_everywhere(tried: Tried, *, chunked: bool) -> None:
    for route in tried.with_body:
        if route.name in LARGE:
            continue
        content = b" " * (2 * 1024 * 1024)
        answer = tried.ask(route, content=iter([content]) if chunked else content, headers=JSON)
        assert_refused(answer, route.name, 413)
        assert answer.json()["code"] == "content_too_large"


HOSTILE = ("\ud800", "\x00", "a\x00b", "\udfff\ud800", "x" * 10_000, "\u202e", "💩" * 300, "")
WRONG: tuple[Any, ...] = (None, True, 5, -1, 10**400, 1e300, [], {}, ["x"], {"x": "y"})


@pytest.mark.parametrize("values", [HOSTILE, WRONG], ids=["strings", "types"])
def test_no_value_of_any_field_breaks_anything(tried: Tried, values: tuple[Any, ...]) -> None:
    for route in tried.with_body:
        if route.name == "auth.log_out":  # a refresh token that makes no sense ends nothing
            continue
        for field in route.fields():
            for value in values:
                content = json.dumps(route.body() | {field: value}).encode()
                answer = tried.ask(route, content=content, headers=JSON)
                assert_sane(answer, (route.name, field, value))


IN_URLS = ("%00", "%ED%A0%80", "%FF", "%zz", "%", "..%2F..", "%F0%9F%92%A9", "x" * 3000, "-1")


def test_no_value_in_a_path_breaks_anything(tried: Tried) -> None:
    for route in tried.routes:
        for one in route.parameters("path"):
            for value in IN_URLS:
                values = {"organization_id": tried.organization_id, one["name"]: value}
                answer = tried.ask(route, route.path(**values), json=None)
                signed = (403,) if one["name"] == "token" else ()
                typed = (415,) if route.name in SOME_TYPE else ()
                assert_refused(answer, (route.name, value), 404, 422, *signed, *typed)


def test_no_value_in_a_query_breaks_anything(tried: Tried) -> None:
    values = (*IN_URLS, "", "0", "101", "1e400", "9" * 5000, "NaN", "2026-13-45", "1&{}=2")
    for route in tried.routes:
        for one in route.parameters("query"):
            for value in values:
                query = f"{one['name']}={value.format(one['name'])}"
                answer = tried.ask(route, f"{tried.path(route)}?{query}")
                assert_sane(answer, (route.name, query[:60]))


HEADERS = (
    "Idempotency-Key",
    "If-Match",
    "Accept-Language",
    "Cookie",
    "User-Agent",
    "X-Forwarded-For",
    "X-Request-ID",
    "traceparent",
    "Content-Encoding",
    "Host",
)


def test_no_value_of_a_header_breaks_anything(tried: Tried) -> None:
    routes = [
        one for one in tried.routes if one.name.endswith(("update_me", "update_organization"))
    ]
    assert len(routes) == 2
    for route in routes:
        for name in HEADERS:
            for value in (b"\xff\xfe", b"[", b'"', b",;=", b"9" * 1000, "💩".encode(), b""):
                answer = tried.ask(route, json={}, headers={name: value})
                assert_sane(answer, (route.name, name, value))


def test_after_all_of_that_the_service_is_as_it_was(service: Service, tried: Tried) -> None:
    assert tried.ada.http.get("/v1/me").json()["email"] == tried.ada.email
    Person(service, tried.ada.email).log_in()
    assert "Traceback" not in service.log.read_text()
