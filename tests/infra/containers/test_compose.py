"""Compose starts the whole service, in order, and has no secret of its own."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import Settings, problems
from tests.infra.containers import tools
from tests.infra.containers.tools import COMPOSE, CORE, DOCKER, ROOT, VARIABLES, run

SERVICES = {"api", "migrate", "nginx", "postgres", "prometheus", "s3", "worker"}


def environment(service: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = service["environment"]
    return found


def test_compose_reads_its_file() -> None:
    assert set(tools.services()) == SERVICES


@pytest.mark.parametrize("name", sorted(VARIABLES))
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_what_is_secret_or_ours_to_say_has_no_default(name: str, value: str | None) -> None:
    done = tools.configured(**{name: value})

    assert done.returncode != 0
    assert name in done.stderr


def test_every_variable_is_either_asked_for_or_where_it_listens() -> None:
    with_defaults = set(re.findall(r"\$\{(\w+):?-", COMPOSE.read_text()))

    listening = {"BIND"} | {
        f"{name}_PORT" for name in ("GRAFANA", "HTTP", "HTTPS", "JAEGER", "PROMETHEUS", "S3")
    }
    assert with_defaults == {"CORE_IMAGE", *listening}


@pytest.mark.parametrize("name", CORE)
def test_production_takes_the_settings_once_it_is_told_of_mail(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environment(tools.services()[name]).items():
        monkeypatch.setenv(variable, value)

    left = problems(Settings(_env_file=None))

    assert left == ["CORE_MAIL_URL is missing: mails would only be written to a folder."]


def test_every_setting_is_one_of_ours() -> None:
    known = {f"CORE_{field.upper()}" for field in Settings.model_fields}

    for name in CORE:
        assert environment(tools.services()[name]).keys() <= known


def test_nobody_but_migrations_and_the_server_knows_the_password_of_the_owner() -> None:
    known_by = {
        name
        for name, service in tools.services().items()
        if "password-of-the-owner" in str(service)
    }

    assert known_by == {"migrate", "postgres"}


@pytest.mark.parametrize("name", CORE)
def test_our_processes_have_no_more_rights_than_they_need(name: str) -> None:
    service = tools.services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service
    assert {"mem_limit", "pids_limit"} <= service.keys()


def test_what_is_published_is_published_to_this_machine_alone() -> None:
    ports = [port for service in tools.services().values() for port in service.get("ports", [])]

    assert sorted(port["target"] for port in ports) == [80, 443, 8333, 9090]
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}


def test_the_database_can_be_reached_by_the_service_alone() -> None:
    found = tools.services()
    beside = {name for name, service in found.items() if "database" in service["networks"]}

    assert beside == {"postgres", *CORE}
    assert list(found["postgres"]["networks"]) == ["database"]
    assert yaml.safe_load(COMPOSE.read_text())["networks"]["database"]["internal"] is True


def test_nothing_starts_before_what_it_leans_on() -> None:
    found = tools.services()
    waits = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in found.items()
    }

    healthy, done = "service_healthy", "service_completed_successfully"
    assert waits["migrate"] == {"postgres": healthy}
    assert waits["api"] == waits["worker"] == {"migrate": done, "postgres": healthy, "s3": healthy}
    assert waits["nginx"] == waits["prometheus"] == {"api": healthy}
    for name in {other for waited in waits.values() for other in waited} - {"migrate"}:
        assert "test" in found[name]["healthcheck"], name


def test_images_of_others_are_pinned() -> None:
    for name, service in tools.services().items():
        if name not in CORE:
            assert re.fullmatch(r"\S+:[\w.-]+@sha256:[0-9a-f]{64}", service["image"]), name


def test_every_file_that_is_mounted_is_there() -> None:
    mounts = [
        volume
        for service in tools.services().values()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    ]

    missing = [mount["source"] for mount in mounts if not Path(mount["source"]).exists()]

    assert mounts
    assert missing == []
    assert (ROOT / "infra" / "observability" / "prometheus.yml").exists()  # what it looks for


def test_nginx_gets_a_configuration_out_of_what_it_is_told() -> None:
    service = tools.services()["nginx"]
    mount = next(one for one in service["volumes"] if one["type"] == "bind")
    defaults = (Path(mount["source"]) / "defaults.env").read_text()
    known = set(re.findall(r"^#?([A-Z_]+)=", defaults, re.MULTILINE))

    rendered = run(Path(mount["source"]) / "render.sh", env=environment(service))

    assert rendered.returncode == 0, rendered.stderr
    assert environment(service).keys() <= known
    assert "server api:8000 resolve;" in rendered.stdout
    assert f"{mount['target']}/render.sh" in service["entrypoint"][-1]


def test_secrets_are_made_once_and_are_nobody_elses_to_read(tmp_path: Path) -> None:
    script = tmp_path / "prepare.sh"
    script.write_bytes((DOCKER / "prepare.sh").read_bytes())
    script.chmod(0o755)
    made = [tmp_path / ".env", tmp_path / "tls" / "key.pem", tmp_path / "tls" / "cert.pem"]

    first = run(script)
    before = [file.read_bytes() for file in made]
    again = run(script)

    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert [file.read_bytes() for file in made] == before
    assert [file.stat().st_mode & 0o077 for file in made[:2]] == [0, 0]
    key = run("openssl", "pkey", "-in", made[1], "-pubout")
    certificate = run("openssl", "x509", "-in", made[2], "-noout", "-pubkey")
    assert key.stdout == certificate.stdout != ""


def test_what_is_made_is_all_that_compose_asks_for(tmp_path: Path) -> None:
    script = tmp_path / "prepare.sh"
    script.write_bytes((DOCKER / "prepare.sh").read_bytes())
    script.chmod(0o755)
    assert run(script).returncode == 0
    lines = (tmp_path / ".env").read_text().splitlines()

    made = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert made.keys() == VARIABLES.keys()
    secrets = [made[name] for name in made if name.endswith(("PASSWORD", "KEYS", "ACCESS_KEY"))]
    assert len(set(secrets)) == 5
    assert all(len(secret) >= 48 for secret in secrets)
    assert tools.services(**made)
