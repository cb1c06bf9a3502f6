"""The command line without a service: what it reads, shows and refuses."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from psycopg import OperationalError
from pydantic import BaseModel, SecretStr
from typer.testing import CliRunner, Result

from adapters.postgres.programs import Program, ProgramFailed, Programs, without_password
from bootstrap import Application, Container, ServerFailed, Settings, UnfitSettings
from core.accounts.exceptions import UserNotFound
from core.accounts.mail_login.schemas import SignInByMail
from core.accounts.schemas import FindUser
from core.exceptions import FieldError, Unavailable, ValidationFailed
from entrypoints.cli import examining, running, showing
from entrypoints.cli.__main__ import app
from entrypoints.cli.failing import explanation

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the developer's .env."""
    monkeypatch.chdir(tmp_path)


def cli(*arguments: str, expect: int = 0, stdin: str | None = None, **settings: str) -> Result:
    environment = {f"CORE_{name.upper()}": value for name, value in settings.items()}
    done = CliRunner().invoke(app, arguments, input=stdin, env=environment)
    assert done.exit_code == expect, (done.output, done.exception)
    return done


# --- How it ends ----------------------------------------------------------------------------------


def validation_error() -> Exception:
    with pytest.raises(ValueError, match="email") as caught:
        FindUser.model_validate({"email": "no address"})
    return caught.value


def of_a_driver() -> Exception:
    wrapped = RuntimeError("SQLAlchemy's own")
    wrapped.__cause__ = OperationalError("connection refused")
    return wrapped


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UserNotFound(), 1, "user_not_found: There is no such user."),
        (ValidationFailed(errors=[FieldError("#/a", "bad", "No.")]), 1, "  #/a: No."),
        (validation_error(), 2, "  email: value is not a valid email address"),
        (UnfitSettings("Not with these."), 2, "Not with these."),
        (Unavailable(), 3, "unavailable: "),
        (ServerFailed("It is down"), 3, "It is down"),
        (PermissionError(13, "Permission denied", "data"), 3, "data: Permission denied"),
        (of_a_driver(), 3, "unavailable: connection refused"),
    ],
)
def test_what_went_wrong_becomes_a_code_and_a_sentence(
    error: Exception, code: int, said: str
) -> None:
    explained = explanation(error)

    assert explained is not None
    assert explained[0] == code
    assert said in explained[1]


def test_what_nobody_foresaw_keeps_its_traceback() -> None:
    assert explanation(KeyError("bug")) is None


def test_a_setting_that_does_not_fit_is_named_as_it_is_set_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CORE_WORKER", "s3cret")
    monkeypatch.setenv("CORE_DATABASE_POOL_MAX", "0")
    with pytest.raises(ValueError, match="pool") as caught:
        Settings()

    explained = explanation(caught.value)

    assert explained is not None
    assert explained[1].count("CORE_") == 2
    assert "s3cret" not in explained[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "nonsense"),
        ("database_owner_url", "mysql://u:s3cret@h/d"),
        ("public_url", "banana"),
        ("app_url", "ftp://s3cret"),
        ("trusted_proxies", "127.0.0.1,banana"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("cors_origins", "app.example.com"),
    ],
)
def test_an_address_that_is_none_does_not_fit(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as caught:
        Settings.model_validate({name: value})

    explained = explanation(caught.value)

    assert explained is not None
    assert explained[0] == 2
    assert f"CORE_{name.upper()}: " in explained[1]
    assert "s3cret" not in explained[1]


def test_a_slash_behind_an_address_changes_nothing() -> None:
    read = Settings.model_validate(
        {"public_url": "https://a.example.com/", "cors_origins": "https://b.example.com/,*"}
    )

    assert read.public_url == "https://a.example.com"
    assert read.cors_origins == ("https://b.example.com", "*")


@pytest.mark.parametrize(
    "wrong", [{"database_pool_min": 20, "database_pool_max": 1}, {"mail_from": "no address"}]
)
def test_what_an_adapter_makes_of_its_setting_is_wrong_usage(wrong: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, secret_keys=(SecretStr("k" * 40),), **wrong)

    with pytest.raises(UnfitSettings, match="can't be put together"):
        Application(Container(settings=settings))


def test_in_production_a_file_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CORE_PRODUCT_NAME=Stray\n")
    assert Settings().product_name == "Stray"

    monkeypatch.setenv("CORE_ENVIRONMENT", "production")

    assert Settings().product_name == "Core API"


def test_a_file_of_settings_that_is_no_text_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")

    assert "UTF-8" in cli("settings", "list", expect=2).stderr


def test_what_is_no_address_can_not_be_asked() -> None:
    assert "bogus" in cli("healthcheck", "--url", "bogus", expect=2).stderr


def test_commands_know_where_the_service_beside_them_listens(tmp_path: Path) -> None:
    Settings(_env_file=None, data_dir=tmp_path).listening("http://127.0.0.1:8001")

    assert Settings(_env_file=None, data_dir=tmp_path).beside().public_url.endswith(":8001")
    told = Settings(_env_file=None, data_dir=tmp_path, public_url="https://api.example.com")
    assert told.beside() == told.listening("http://127.0.0.1:8002") == told


def test_the_wrong_words_are_wrong_usage() -> None:
    cli("accounts", "users", "nonsense", expect=2)
    cli("accounts", "users", "list", "--limit", "0", expect=2)
    cli("accounts", "users", "grant-role", "ada@example.com", "emperor", expect=2)


def test_a_mail_is_asked_for_or_shown_not_both() -> None:
    for words in ((), ("ada@example.com", "--token", "x"), ("--code", "123456")):
        assert "Give an address" in cli("accounts", "mail-login", *words, expect=2).stderr


def test_what_is_wrong_with_fields_together_is_said_without_their_values() -> None:
    with pytest.raises(ValueError, match="challenge_token") as caught:
        SignInByMail.model_validate({"challenge_token": "s3cret"})

    explained = explanation(caught.value)

    assert explained == (2, "This does not fit:\n  Send a code with its challenge_token.")


def test_what_destroys_something_does_nothing_where_nobody_can_be_asked() -> None:
    for command in (
        ("users", "suspend", "ada@example.com"),
        ("users", "revoke-sessions", "ada@example.com"),
        ("users", "reset-mfa", "ada@example.com"),
        ("sessions", "revoke", "019a1f6e-0000-7000-8000-000000000000"),
        ("members", "remove", "engines", "ada@example.com"),
        ("invitations", "revoke", "engines", "019a1f6e-0000-7000-8000-000000000000"),
    ):
        assert "--yes" in cli("accounts", *command, expect=2).stderr
    assert "--yes" in cli("db", "remigrate", expect=2).stderr


def test_production_has_no_demo() -> None:
    assert "production" in cli("demo", expect=1, environment="production").stderr


# --- What it reads --------------------------------------------------------------------------------


def test_a_secret_is_given_or_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("first\r\nsecond\n"))

    assert running.secret("Token", "given", stdin=True) == "given"
    assert running.secret("Token", stdin=True) == "first"
    assert running.secret("Token", stdin=True) == "second"


def test_a_secret_that_nobody_gives_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    for stdin in (True, False):
        with pytest.raises(typer.Exit) as caught:
            running.secret("Password", stdin=stdin)
        assert caught.value.exit_code == 2


# --- What it shows --------------------------------------------------------------------------------


def test_a_piped_table_is_a_line_a_row_and_cuts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 300

    showing.grid(("name", "n"), [(long, 1), ("[bold]y", None)])

    header, first, second = capsys.readouterr().out.splitlines()
    assert header.split() == ["name", "n"]
    assert first == f"{long}  1"
    assert second.split() == ["[bold]y", "-"]


def test_at_a_terminal_what_people_typed_is_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")

    showing.grid(("name", "status"), [("[red]Ada[/red] :smile:", "active")])

    assert "[red]Ada[/red] :smile:" in capsys.readouterr().out


def test_what_lies_within_one_thing_has_lines_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Card(BaseModel):
        brand: str

    class Customer(BaseModel):
        name: str
        card: Card | None
        tags: dict[str, str]

    showing.details(Customer(name="Ada", card=Card(brand="visa"), tags={}), json=False)
    showing.details(Customer(name="Bob", card=None, tags={"a": "b"}), json=False)

    assert capsys.readouterr().out.split("\n") == [
        *("name        Ada", "card.brand  visa", "tags        -"),
        *("name    Bob", "card    -", "tags.a  b", ""),
    ]


def test_nothing_that_people_typed_commands_the_terminal() -> None:
    assert showing.text("a\x1b[2Jb\x9b\u202ec") == "a�[2Jb��c"
    assert (showing.text(None), showing.text(value=True)) == ("-", "yes")


def test_settings_are_listed_and_their_secrets_are_not() -> None:
    password = "hunter22-hunter22"
    listed = cli(
        "settings",
        "list",
        "--json",
        database_url=f"postgresql://core_app:{password}@localhost/core",
        mail_url=f"smtp://u:{password}@localhost",
        secret_keys=f"{password},{password}",
        s3_secret_access_key=password,
        storage_scan_secret=password,
        log_level="debug",
    )

    found = {one["name"]: one for one in json.loads(listed.stdout)}
    assert password not in listed.output
    assert found["CORE_LOG_LEVEL"] == {
        "name": "CORE_LOG_LEVEL",
        "value": "debug",
        "default": False,
    }
    assert found["CORE_ENVIRONMENT"]["default"] is True
    assert found["CORE_MAIL_URL"]["value"] == "********"
    assert found.keys() == {f"CORE_{name.upper()}" for name in Settings.model_fields}
    assert re.search(r"CORE_MAIL_URL +file: +yes", cli("settings", "list").stdout)


def test_the_check_says_everything_that_is_wrong_at_once(tmp_path: Path) -> None:
    cli("settings", "check")

    said = cli("settings", "check", "--production", expect=2, mail_url="nonsense://x").stderr

    for name in ("CORE_DATABASE_URL", "CORE_SECRET_KEYS", "CORE_PUBLIC_URL", "mail server"):
        assert name in said
    assert list(tmp_path.iterdir()) == []


def test_the_values_in_the_example_are_accepted(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = tmp_path / "example"
    example.write_text("\n".join(re.sub(r"^# (?=CORE_\w+=.)", "", line) for line in lines))

    read = Settings(_env_file=example)

    assert read.log_level == "info"
    named = set(re.findall(r"^(?:# )?CORE_(\w+)=", example.read_text(), re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def mail(folder: Path, name: str, to: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    head = f"From: us@example.com\nTo: {to}\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
    date = "Date: Sun, 22 Nov 2026 12:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n"
    (folder / f"{name}.eml").write_text(f"{head}{date}\n{text}\n")


def test_mails_are_listed_and_shown_by_number_or_name(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    mail(folder, "20261122T1200-a", "ada@example.com", "the first")
    mail(folder, "20261122T1300-b", "bob@example.com", "the second")
    url = f"file://{folder}"

    listed = json.loads(cli("mails", "list", "--json", mail_url=url).stdout)

    assert [one["to"] for one in listed] == ["bob@example.com", "ada@example.com"]
    assert {one["subject"] for one in listed} == {"Grüße"}
    assert "20261122T1300-b" in cli("mails", "list", "--to", "BOB", mail_url=url).stdout
    assert "the second" in cli("mails", "show", mail_url=url).stdout
    assert "the first" in cli("mails", "show", "2", mail_url=url).stdout
    assert "the first" in cli("mails", "show", "20261122T1200", mail_url=url).stdout
    assert "no such mail" in cli("mails", "show", "3", expect=1, mail_url=url).stderr
    cli("mails", "list", expect=1, mail_url="smtp://localhost")


def test_the_roles_for_a_server_of_ones_own_are_printed() -> None:
    assert "CREATE ROLE" in cli("db", "roles").stdout


def test_roles_that_would_have_no_password_are_not_made() -> None:
    urls = {
        "database_url": "postgresql://core_app:secret@db.example.com/core",
        "database_owner_url": "postgresql://core_owner@db.example.com/core",
    }

    refused = cli("db", "roles", "--as", "postgresql://admin@127.0.0.1:1/x", expect=2, **urls)

    assert "core_owner and another" in refused.stderr


def test_the_document_of_the_api_is_printed() -> None:
    assert json.loads(cli("openapi").stdout)["openapi"].startswith("3.1")


# --- What the doctor and the shell look at --------------------------------------------------------


async def test_a_folder_for_mails_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for folder, level in ((tmp_path / "new", "warn"), (tmp_path / "file" / "mails", "fail")):
        settings = Settings(_env_file=None, mail_url=SecretStr(f"file://{folder}"))
        assert (await examining.mailing(settings)).level == level


def test_a_database_across_a_network_is_worked_on_by_programs_that_know_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that come with the embedded server know none."""
    ours, theirs = tmp_path / "ours" / "psql", tmp_path / "theirs" / "psql"
    for one in (ours, theirs):
        one.parent.mkdir()
        one.touch(mode=0o700)
    monkeypatch.setenv("PATH", str(theirs.parent))
    programs = Programs(ours.parent)
    near, far = "postgresql://core_owner@/core?host=/run", "postgresql://core_owner:s@db/core"

    assert programs.on(near, "psql").arguments[0] == str(ours)
    assert programs.on(far, "psql") == Program(
        [str(theirs), "--dbname=postgresql://core_owner@db/core"], "s"
    )
    theirs.unlink()
    assert programs.on(far, "psql").arguments[0] == str(ours)
    with pytest.raises(ProgramFailed, match="client programs"):
        programs.on(far, "pg_dump")


def test_no_program_gets_a_password_as_an_argument() -> None:
    url = "postgresql://core_app:s%40cret@localhost:5432/core?sslmode=require"

    assert without_password(url) == (
        "postgresql://core_app@localhost:5432/core?sslmode=require",
        "s@cret",
    )
    plain = "postgresql://core_app@/core?host=/run"
    assert without_password(plain) == (plain, None)
