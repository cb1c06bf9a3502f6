"""What it costs to ask what fifty flags say, beside an authenticated read."""

from typing import Any

from benchmarks import client
from benchmarks.client import ask, render, sign_in
from benchmarks.duel import take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Request, Sample
from benchmarks.servers import Server
from benchmarks.world import World

FLAGS = 50
PEOPLE = 200
COUNTRIES = ("de", "at", "ch", "fr")


def measure(world: World, options: Options) -> list[Finding]:
    """Ask for all of them at once, for many people; GET /v1/me in turns with it."""
    tenant = world.service_tenant
    with world.start_service() as server:
        token = sign_in(server, tenant.reader)
        reading = [render("GET", "/v1/me", token=token)]
        asking = _questions(_flagged(server, token))
        pairs = take_turns(
            lambda seconds: _asked(server, reading, options, seconds),
            lambda seconds: _asked(server, asking, options, seconds),
            options,
        )
    return [
        Finding(
            name="flags",
            what=f"what {FLAGS} flags say, by OFREP: CPU a request / GET /v1/me",
            values=[ours.cpu_us / plain.cpu_us for plain, ours in pairs if plain.cpu_us],
            bar=Bar(2.0),
            sides={
                "GET /v1/me": [plain for plain, _ in pairs],
                options.side: [ours for _, ours in pairs],
            },
        )
    ]


def _questions(key: str) -> list[Request]:
    contexts = (
        {"targetingKey": f"user-{n}", "country": COUNTRIES[n % len(COUNTRIES)], "age": n % 60}
        for n in range(PEOPLE)
    )
    return [
        render("POST", "/ofrep/v1/evaluate/flags", token=key, body={"context": context})
        for context in contexts
    ]


def _flagged(server: Server, token: str) -> str:
    """Found an organization with flags of all sorts; return a key that may ask for them."""
    body: dict[str, Any] = {"name": "flags", "slug": "flags"}
    founded = ask(server, "POST", "/v1/organizations", token=token, json=body)
    at = f"/v1/organizations/{founded['id']}"
    condition = {"attr": "country", "op": "in", "value": ["de", "at"]}
    rules: tuple[list[dict[str, Any]], ...] = (
        [],
        [{"split": {"on": 1000, "off": 9000}}],
        [{"all": [condition], "serve": "on"}],
        [{"all": [condition], "serve": "on"}, {"split": {"on": 5000, "off": 5000}}],
    )
    for number in range(FLAGS):
        flag = {"key": f"flag-{number}", "rules": rules[number % len(rules)]}
        ask(server, "POST", f"{at}/flags", token=token, json=flag)
    key = {"name": "benchmarks", "scopes": ["flags:read"]}
    return str(ask(server, "POST", f"{at}/api-keys", token=token, json=key)["key"])


def _asked(server: Server, requests: list[Request], options: Options, seconds: float) -> Sample:
    load = Load(
        port=server.port,
        pid=server.pid,
        requests=requests,
        expects=200,
        concurrency=options.concurrency,
        seconds=seconds,
    )
    return client.run(load)
