"""The configuration is whole, takes what it is given and nothing else, and lints clean."""

import re
import subprocess
from pathlib import Path

import pytest

from entrypoints.cli import serving
from tests.infra.nginx.certificates import Certificate
from tests.infra.nginx.edge import RENDER, Edge, rendered, rendering
from tests.infra.tools import ran, tools

TEMPLATE = RENDER.with_name("nginx.conf.template").read_text()
DEFAULTS = RENDER.with_name("defaults.env").read_text()


def test_every_name_of_the_template_has_a_default_or_must_be_given() -> None:
    named = set(re.findall(r"\$\{([A-Z_]+)\}", TEMPLATE))
    defaults = set(re.findall(r"^([A-Z_]+)=", DEFAULTS, re.MULTILINE))

    assert defaults == named - {"SERVER_NAME"}
    assert "${" not in rendered(SERVER_NAME="api.example.com")


def test_a_name_that_must_be_given_is_asked_for() -> None:
    done = rendering()

    assert done.returncode == 1
    assert done.stderr == "render.sh: SERVER_NAME is not set\n"


@pytest.mark.parametrize(
    "value", ["a; return 200", "a { }", 'a"b', "a'b", "a$uri", "a\\b", "a\nreturn 200"]
)
def test_a_value_that_would_be_more_than_one_is_refused(value: str) -> None:
    done = rendering(SERVER_NAME="api.example.com", RATE_API=value)

    assert done.returncode == 1
    assert done.stderr.startswith("render.sh: RATE_API holds what would not stay a value")


def test_a_value_with_commas_repeats_its_line() -> None:
    text = rendered(SERVER_NAME="a", TRUSTED_PROXIES="10.0.0.0/8,2001:db8::/32", HTTP_PORT="8080")

    assert re.findall(r"set_real_ip_from (.+);", text) == ["10.0.0.0/8", "2001:db8::/32"]
    assert re.findall(r"listen (\S+) default_server", text) == ["8080"]


def test_what_is_empty_in_the_environment_is_as_by_default() -> None:
    assert rendered(SERVER_NAME="a", RATE_API="") == rendered(SERVER_NAME="a")


def test_nginx_takes_it_with_its_defaults_and_where_the_service_has_no_address_yet(
    certificate: Certificate,
) -> None:
    edge = Edge("api:8000", certificate, TRUSTED_PROXIES="10.0.0.0/8,2001:db8::/32")
    with edge:
        done = ran(*edge.command("-t"))

    assert "test is successful" in done.stderr
    assert "warn" not in done.stderr


def test_connections_to_the_service_are_given_up_before_it_closes_them() -> None:
    upstream = re.findall(r"upstream core_api \{.*?keepalive_timeout (\d+)s;", TEMPLATE, re.DOTALL)

    assert [int(seconds) for seconds in upstream] < [serving.KEPT_ALIVE]


def linted(configuration: Path) -> "subprocess.CompletedProcess[str]":
    return ran(tools("edge") / "gixy", configuration)


def test_gixy_finds_nothing_but_what_is_so_on_purpose(tmp_path: Path) -> None:
    conf = tmp_path / "nginx.conf"
    conf.write_text(rendered(SERVER_NAME="api.example.com"))

    done = linted(conf)

    assert done.returncode == 0, done.stdout + done.stderr


def test_gixy_would_find_something(tmp_path: Path) -> None:
    conf = tmp_path / "nginx.conf"
    text = rendered(SERVER_NAME="api.example.com")
    conf.write_text(text.replace("proxy_set_header Host $host", "proxy_set_header Host $http_host"))

    assert "host_spoofing" in linted(conf).stdout
