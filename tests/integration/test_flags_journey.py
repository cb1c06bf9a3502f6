"""Feature flags, as people keep them and as the clients of OpenFeature ask for them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason

from tests.integration.service import Person, Service
from tests.integration.zygote import zygote

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "feature-flags.md"
PEOPLE = [f"user-{n}" for n in range(600)]
EVALUATE = "/ofrep/v1/evaluate/flags"


class Engines:
    """An organization, its owner, and a program that asks what its flags say."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ada = service.person()
        self.id = self.ada.organization()
        self.at = f"/v1/organizations/{self.id}"
        self.flags = f"{self.at}/flags"
        self.key = self.key_for("flags:read")
        self.program = service.client(headers={"Authorization": f"Bearer {self.key}"})

    def key_for(self, *scopes: str) -> str:
        body = {"name": "shop", "scopes": scopes}
        made = self.ada.http.post(f"{self.at}/api-keys", json=body).raise_for_status()
        return str(made.json()["key"])

    def make(self, key: str = "new-checkout", **about: Any) -> httpx.Response:
        answer = self.ada.http.post(self.flags, json={"key": key} | about)
        assert answer.status_code == 201, answer.text
        return answer

    def ask(self, key: str = "new-checkout", **context: Any) -> httpx.Response:
        return self.program.post(f"{EVALUATE}/{key}", json={"context": context})


@pytest.fixture
def engines(service: Service) -> Engines:
    return Engines(service)


def split(on: int) -> dict[str, Any]:
    return {"split": {"on": on, "off": 10_000 - on}}


def code(answer: httpx.Response) -> tuple[int, str, str]:
    """Return the status and what it is called, by us and by OFREP."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told = answer.json()
    assert told["errorDetails"]
    return answer.status_code, told["code"], told["errorCode"]


# --- As people keep them --------------------------------------------------------------------------


def test_a_flag_is_made_looked_at_changed_switched_and_forgotten(engines: Engines) -> None:
    ada, flag = engines.ada.http, f"{engines.flags}/new-checkout"

    made = engines.make(title="The new checkout")
    assert (made.headers["location"], made.headers["etag"]) == (flag, '"1"')
    again = ada.post(engines.flags, json={"key": "new-checkout"})
    assert (again.status_code, again.json()["code"]) == (409, "flag_key_taken")
    assert ada.get(flag).json() == made.json()
    assert ada.get(made.headers["location"]).headers["etag"] == '"1"'

    changed = ada.patch(
        flag,
        json={"title": None, "rules": [split(1000)]},
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"'), changed.text
    assert changed.json()["rules"] == [{"all": [], "serve": None, **split(1000)}]
    late = ada.patch(flag, json={"title": "B"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["current_etag"]) == (412, '"2"')
    wrong = ada.patch(flag, json={"rules": [{"serve": "maybe"}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/rules/0/serve")

    off = ada.post(f"{flag}/toggle", json={"enabled": False})
    assert (off.json()["enabled"], off.headers["etag"]) == (False, '"3"')
    listed = ada.get(engines.flags, params={"q": "new-"}).json()
    assert (listed["items"], listed["next_cursor"]) == ([off.json()], None)
    assert ada.get(engines.flags, params={"q": "old-"}).json()["items"] == []
    assert ada.delete(flag, headers={"If-Match": '"2"'}).status_code == 412
    assert ada.delete(flag).status_code == 204
    assert ada.get(flag).json()["code"] == "flag_not_found"


def test_a_flag_is_put_whether_it_is_there_or_not(engines: Engines) -> None:
    ada, flag = engines.ada.http, f"{engines.flags}/banner"
    body = {"type": "string", "variants": {"a": "Hello", "b": "Hi"}, "default": "a"}

    first = ada.put(flag, json=body, headers={"If-None-Match": "*"})
    assert (first.status_code, first.headers["location"]) == (201, flag), first.text
    second = ada.put(flag, json=body, headers={"If-None-Match": "*"})
    assert (second.status_code, second.json()["current_etag"]) == (412, '"1"')
    third = ada.put(flag, json=body | {"default": "b"}, headers={"If-Match": '"1"'})
    assert (third.status_code, third.headers["etag"]) == (200, '"2"')
    assert "location" not in third.headers
    assert ada.put(flag, json=body, headers={"If-None-Match": '"1"'}).status_code == 412


def test_a_flag_is_made_once_however_often_it_is_asked_for(engines: Engines) -> None:
    headers = {"Idempotency-Key": "make-it"}
    answers = [
        engines.ada.http.post(engines.flags, json={"key": "a"}, headers=headers) for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert answers[1].headers["location"] == f"{engines.flags}/a"


def test_many_who_make_a_flag_at_once_make_one(engines: Engines) -> None:
    def make(_: int) -> int:
        return engines.ada.http.post(engines.flags, json={"key": "a"}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(8))) == [201, *[409] * 7]


def test_what_happens_to_a_flag_is_written_down(engines: Engines) -> None:
    engines.make()
    engines.ada.http.post(f"{engines.flags}/new-checkout/toggle", json={"enabled": False})

    rows = engines.ada.http.get(f"{engines.at}/audit-events").json()["items"]
    assert [row["action"] for row in rows[:2]] == ["flag.updated", "flag.created"]
    assert rows[0]["metadata"] == {"key": "new-checkout", "enabled": False}
    topics = engines.ada.http.get("/v1/webhook-topics").json()
    [told] = [one for one in topics if one["name"] == "management.flag_changed"]
    assert told["fields"] == ["organization_id", "flag_id", "key", "change", "enabled", "version"]


# --- As programs ask for them ---------------------------------------------------------------------


@pytest.fixture
def client(engines: Engines) -> Iterator[OpenFeatureClient]:
    """A client of OpenFeature's own, as a product in Python would use it."""
    provider = OFREPProvider(
        engines.service.url, headers_factory=lambda: {"Authorization": f"Bearer {engines.key}"}
    )
    api.set_provider_and_wait(provider, engines.id)
    yield api.get_client(engines.id)
    provider.session.close()


def on_for(client: OpenFeatureClient, people: list[str] = PEOPLE) -> set[str]:
    """Return for whom a flag is on, and have each be told why."""
    found = set()
    for one in people:
        context = EvaluationContext(one)
        said = client.get_boolean_details(
            "new-checkout", default_value=False, evaluation_context=context
        )
        assert said.reason == Reason.SPLIT, said
        if said.value:
            found.add(one)
    return found


def test_a_tenth_is_served_it_also_after_a_restart_and_all_of_them_when_it_is_a_fifth(
    tmp_path: Path,
) -> None:
    service = Service(tmp_path)
    with service:
        engines = Engines(service)
        engines.make(rules=[split(1000)])
        provider = OFREPProvider(
            service.url, headers_factory=lambda: {"Authorization": f"Bearer {engines.key}"}
        )
        api.set_provider_and_wait(provider, "restarted")
        client = api.get_client("restarted")
        tenth = on_for(client)
        assert 35 < len(tenth) < 90
    service.start()
    try:
        assert on_for(client, PEOPLE[:300]) == tenth & set(PEOPLE[:300])
        owner = {"Authorization": engines.ada.http.headers["authorization"]}
        body = {"rules": [split(2000)]}
        flag = f"{service.url}{engines.flags}/new-checkout"
        httpx.patch(flag, json=body, headers=owner).raise_for_status()
        fifth = on_for(client)
        assert 85 < len(fifth) < 160
        assert fifth > tenth
    finally:
        service.stop()
        provider.session.close()


def test_a_client_of_openfeature_is_told_values_of_every_type(
    engines: Engines, client: OpenFeatureClient
) -> None:
    german = {"all": [{"attr": "country", "op": "in", "value": ["de", "at"]}], "serve": "b"}
    engines.make("text", type="string", variants={"a": "Hello", "b": "Hallo"}, default="a")
    engines.ada.http.patch(f"{engines.flags}/text", json={"rules": [german]}).raise_for_status()
    engines.make("count", type="number", variants={"a": 3}, default="a")
    engines.make("share", type="number", variants={"a": 2.0}, default="a", enabled=False)
    engines.make("theme", type="object", variants={"a": {"dark": True, "n": [1]}}, default="a")

    here = EvaluationContext("user-1", {"country": "de"})
    said = client.get_string_details("text", "?", here)
    assert (said.value, said.variant, said.reason) == ("Hallo", "b", Reason.TARGETING_MATCH)
    said = client.get_string_details("text", "?", EvaluationContext("user-1"))
    assert (said.value, said.reason) == ("Hello", Reason.DEFAULT)
    assert client.get_integer_value("count", 0) == 3
    shared = client.get_float_details("share", 0.0)
    assert (shared.value, shared.reason) == (2.0, Reason.DISABLED)
    assert client.get_object_value("theme", {}) == {"dark": True, "n": [1]}


def test_a_client_of_openfeature_understands_why_it_is_told_nothing(
    engines: Engines, client: OpenFeatureClient
) -> None:
    engines.make(rules=[split(1000)])

    def asked(key: str, context: EvaluationContext | None = None) -> ErrorCode | None:
        said = client.get_boolean_details(key, default_value=True, evaluation_context=context)
        assert (said.value, said.reason) == (True, Reason.ERROR)
        return said.error_code

    assert asked("unknown") is ErrorCode.FLAG_NOT_FOUND
    assert asked("new-checkout") is ErrorCode.TARGETING_KEY_MISSING
    numbered = EvaluationContext(None, {"targetingKey": 1})
    assert asked("new-checkout", numbered) is ErrorCode.INVALID_CONTEXT
    said = client.get_string_details("new-checkout", "?", EvaluationContext("user-1"))
    assert said.error_code is ErrorCode.TYPE_MISMATCH


def test_all_flags_are_asked_at_once_and_only_what_changed_is_sent_again(engines: Engines) -> None:
    engines.make("b", rules=[split(10_000)])
    engines.make("a", default="on")
    asked = {"context": {"targetingKey": "user-1"}}

    first = engines.program.post(EVALUATE, json=asked)
    assert first.headers["content-type"] == "application/json"
    assert first.json() == {
        "flags": [
            {"key": "a", "value": True, "variant": "on", "reason": "STATIC"},
            {"key": "b", "value": True, "variant": "on", "reason": "SPLIT"},
        ]
    }
    seen = {"If-None-Match": first.headers["etag"]}
    same = engines.program.post(EVALUATE, json=asked, headers=seen)
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    weak = {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    assert engines.program.post(EVALUATE, json=asked, headers=weak).status_code == 304
    nobody = engines.program.post(EVALUATE, json={}, headers=seen)
    assert nobody.json()["flags"][1]["errorCode"] == "TARGETING_KEY_MISSING"
    engines.ada.http.post(f"{engines.flags}/a/toggle", json={"enabled": False}).raise_for_status()
    changed = engines.program.post(EVALUATE, json=asked, headers=seen)
    assert changed.json()["flags"][0]["reason"] == "DISABLED"
    engines.ada.http.delete(f"{engines.flags}/a").raise_for_status()
    left = engines.program.post(EVALUATE, json=asked).json()["flags"]
    assert [one["key"] for one in left] == ["b"]


def test_people_see_beforehand_what_programs_are_told(engines: Engines) -> None:
    engines.make(rules=[split(1000)])
    preview = f"{engines.flags}/new-checkout/evaluate"

    for one in PEOPLE[:20]:
        asked = {"context": {"targetingKey": one}}
        seen = engines.ada.http.post(preview, json=asked)
        assert seen.json() == engines.ask(targetingKey=one).json()
    missing = engines.ada.http.post(preview, json={})
    assert (missing.status_code, missing.json()["code"]) == (400, "targeting_key_missing")
    wrong = engines.ada.http.post(preview, json={"context": {"targetingKey": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "context_invalid")


# --- Who may ask ----------------------------------------------------------------------------------


def test_a_key_is_taken_in_either_header_and_says_whose_flags_are_meant(
    engines: Engines, service: Service
) -> None:
    engines.make(default="on")
    stranger = Engines(service)
    path = f"{EVALUATE}/new-checkout"

    with service.client() as nobody:
        by_header = nobody.post(path, json={}, headers={"X-API-Key": engines.key})
        assert by_header.json()["value"] is True
        assert code(nobody.post(path, json={})) == (401, "authentication_required", "GENERAL")
        wrong = nobody.post(path, json={}, headers={"X-API-Key": "nonsense"})
        assert code(wrong) == (401, "token_invalid", "GENERAL")
        assert wrong.headers["www-authenticate"] == "Bearer"
    assert code(stranger.ask()) == (404, "flag_not_found", "FLAG_NOT_FOUND")
    assert stranger.program.post(EVALUATE, json={}).json() == {"flags": []}
    person = engines.ada.http.post(path, json={})
    assert code(person) == (403, "permission_denied", "GENERAL")
    narrow = {"Authorization": f"Bearer {engines.key_for('members:read')}"}
    for asked in (path, EVALUATE):
        refused = service.client(headers=narrow).post(asked, json={})
        assert code(refused) == (403, "permission_denied", "GENERAL")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", ("malformed_json", "PARSE_ERROR")),
        (b"\xff\xfe", ("malformed_json", "PARSE_ERROR")),
        (b"[" * 10_000 + b"]" * 10_000, ("malformed_json", "PARSE_ERROR")),
        (b'{"context": {"n": NaN}}', ("malformed_json", "PARSE_ERROR")),
        (b"[]", ("context_invalid", "INVALID_CONTEXT")),
        (b"5", ("context_invalid", "INVALID_CONTEXT")),
        (b"null", ("context_invalid", "INVALID_CONTEXT")),
        (b'{"context": []}', ("context_invalid", "INVALID_CONTEXT")),
        (b'{"context": {"targetingKey": {}}}', ("context_invalid", "INVALID_CONTEXT")),
    ],
)
def test_what_can_not_be_read_is_refused_in_words_of_ofrep(
    engines: Engines, content: bytes, told: tuple[str, str]
) -> None:
    engines.make()
    for path in (EVALUATE, f"{EVALUATE}/new-checkout"):
        answer = engines.program.post(path, content=content)
        assert code(answer) == (400, *told)
        assert answer.json().get("key") == (None if path == EVALUATE else "new-checkout")


def test_whatever_else_is_sent_is_let_be(engines: Engines) -> None:
    engines.make(rules=[{"all": [{"attr": "n", "op": "gt", "value": 1}], "serve": "on"}])
    bodies: tuple[bytes, ...] = (
        b"",
        b"{}",
        b'{"context": null, "surprise": 1}',
        b'{"context": {"n": 1e300, "targetingKey": "\\u0000"}}',
        json.dumps({"context": {"n": 10**300, "x": [{}, None, "💩" * 300]}}).encode(),
    )
    for body in bodies:
        answer = engines.program.post(f"{EVALUATE}/new-checkout", content=body)
        assert answer.status_code == 200, (body, answer.text)
    for key in ("%00", "x" * 300, "a%20b", "-"):
        refused = engines.program.post(f"{EVALUATE}/{key}", json={})
        assert code(refused) == (404, "flag_not_found", "FLAG_NOT_FOUND"), key
    large = engines.program.post(EVALUATE, content=b" " * (2 * 1024 * 1024))
    assert large.status_code == 413


# --- At a terminal --------------------------------------------------------------------------------


def test_flags_are_kept_at_a_terminal(service: Service, engines: Engines, tmp_path: Path) -> None:
    def flags(command: str, *options: str, **how: Any) -> str:
        return service.cli("flags", command, engines.id, *options, **how)

    assert "off" in flags("create", "new-checkout", "--title", "New checkout")
    service.cli("flags", "create", engines.id, "new-checkout", expect=1)
    shown = flags("set", "new-checkout", "--rollout", "on=12.5")
    assert "all: on 12.5 %, off 87.5 %" in shown
    flags("set", "new-checkout", "--rollout", "on=12.555", expect=2)
    flags("set", "new-checkout", "--rollout", "off=5", expect=2)
    flags("set", "new-checkout", expect=2)
    flags("set", "new-checkout", "--rollout", "maybe=5", expect=1)
    file = tmp_path / "banner.json"
    rule = {"all": [{"attr": "country", "op": "in", "value": ["de", "at"]}], "serve": "b"}
    banner = {"type": "string", "variants": {"a": "Hello", "b": "Hallo"}, "default": "a"}
    file.write_text(json.dumps(banner | {"rules": [rule]}))
    assert 'country in ["de", "at"]: b' in flags("set", "banner", str(file))
    assert "version   2" in flags("set", "banner", "-", stdin=file.read_text())
    file.write_text("[]")
    flags("set", "banner", str(file), expect=2)
    shown = json.loads(flags("show", "banner", "--json"))
    assert (shown["variants"], shown["version"]) == (banner["variants"], 2)
    listed = flags("list")
    assert listed.index("banner") < listed.index("new-checkout")
    assert "new-checkout" not in flags("list", "--prefix", "ban")

    context = json.dumps({"targetingKey": "user-1", "country": "de"})
    said = json.loads(flags("eval", "banner", "--context", context, "--json"))
    assert said == engines.ask("banner", country="de").json()
    everything = flags("eval", "--context", "{}")
    assert "TARGETING_KEY_MISSING" in everything
    assert "Hello" in everything
    flags("eval", "banner", "--context", "nonsense", expect=2)
    assert "off" in flags("disable", "banner")
    assert "DISABLED" in flags("eval", "banner")
    flags("enable", "banner")
    flags("delete", "banner", "--yes")
    flags("show", "banner", expect=1)


def test_the_how_to_can_be_walked(service: Service, tmp_path: Path) -> None:
    ada: Person = service.person()
    body = {"name": "Engines", "slug": "engines-of-flags"}
    organization = ada.http.post("/v1/organizations", json=body).raise_for_status().json()["id"]
    key = {"name": "shop", "scopes": ["flags:read"]}
    made = ada.http.post(f"/v1/organizations/{organization}/api-keys", json=key)
    blocks = re.findall(r"(?ms)^```(?:bash|python)\n(.*?)^```", PAGE.read_text())
    shell = [one for one in blocks if "OFREPProvider" not in one]
    [python] = [one for one in blocks if "OFREPProvider" in one]
    script = "set -eu\n" + "\necho '---'\n".join(shell)
    for here, there in (
        ("http://127.0.0.1:8000", service.url),
        ("flags create engines ", "flags create engines-of-flags "),
        ("flags set engines ", "flags set engines-of-flags "),
        ("flags eval engines ", "flags eval engines-of-flags "),
        ("flags disable engines ", "flags disable engines-of-flags "),
        ("flags enable engines ", "flags enable engines-of-flags "),
    ):
        script, python = script.replace(here, there), python.replace(here, there)
    zygote().program(tmp_path / "core-api")
    environment = service.environment | {
        "PATH": f"{tmp_path}:{Path(sys.executable).parent}:{service.environment['PATH']}",
        "organization": organization,
        "token": ada.tokens["access_token"],
        "key": made.json()["key"],
    }

    walked = subprocess.run(  # noqa: S603 - the page's own commands
        ["/bin/bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    asked = subprocess.run(  # noqa: S603 - as above
        [sys.executable, "-c", f"key = {made.json()['key']!r}\n{python}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.strip() == "True"  # user-1 is among the first 30 %
