"""What opens something is nowhere in the database: all of it is issued, then all of it is sought.

Every table of every schema is read as text, as a dump would hold it. A secret is sought as it is,
in the encodings that it might be stored in, and, where so few can be guessed, by its bare hash.
"""

import re
from base64 import b64encode, urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.factories import PASSWORD
from tests.integration.openid import Hostile
from tests.integration.openid.hostile import CLIENT_ID, SECRET
from tests.integration.phone import Phone
from tests.integration.service import Person, Service

OTHER_PASSWORD = "a different horse battery"


class Issued:
    """Secrets by what they are; `guessable` ones have so few values that a hash tells them."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.guessable: dict[str, str] = {}
        self.owner: Person

    def spellings(self) -> Iterator[tuple[str, str]]:
        for name, secret in (self.secrets | self.guessable).items():
            raw = secret.encode()
            yield name, secret
            yield f"{name} in hex", raw.hex()
            yield f"{name} in base64", b64encode(raw).decode().rstrip("=")
            if unpacked := _unpacked(secret):
                yield f"the bytes of {name}", unpacked.hex()
        for name, secret in self.guessable.items():
            digest = sha256(secret.encode())
            yield f"the hash of {name}", digest.hexdigest()
            yield f"the hash of {name} in base64", b64encode(digest.digest()).decode()


def _unpacked(secret: str) -> bytes | None:
    """Return what a token of base64 stands for: that is what a column of bytes would hold."""
    body = re.sub(r"^c[a-z]k?t?_", "", secret)
    try:
        found = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (Error, ValueError):
        return None
    return found if len(found) >= 24 else None


def issue(service: Service, issued: Issued) -> Person:
    """Have the service give out or be told one of each kind."""
    claim = re.search(r"\?token=(\S+)", service.log.read_text())
    if claim:
        issued.secrets["the first administrator's link"] = claim[1]
    ada, bob = service.person(), service.person()
    issued.secrets |= {
        "a password": PASSWORD,
        "an access token": ada.tokens["access_token"],
        "a refresh token": ada.tokens["refresh_token"],
        "a verification link": service.mailed_token(ada.email, "/verify-email"),
    }
    issue_links(service, ada, bob, issued)
    issue_factors(service, ada, issued)
    issue_for_programs(ada, issued)
    answer = ada.http.post(
        "/v1/me/password",
        json={"current_password": PASSWORD, "new_password": OTHER_PASSWORD},
    )
    assert answer.status_code in {200, 204}, answer.text
    issued.secrets["another password"] = OTHER_PASSWORD
    return ada


def issue_links(service: Service, ada: Person, bob: Person, issued: Issued) -> None:
    organization_id = ada.organization()
    issued.secrets["an invitation"] = ada.invite(organization_id, bob)
    assert ada.http.post("/v1/auth/password/forgot", json={"email": bob.email}).status_code == 202
    issued.secrets["a reset link"] = service.mailed_token(bob.email, "/reset-password")
    asked = bob.http.post("/v1/auth/mail-login", json={"email": bob.email})
    issued.secrets["a challenge of a mailed code"] = asked.json()["challenge_token"]
    link = service.mailed_token(bob.email, "/mail-login")
    issued.secrets["a mailed link"] = link
    [text] = [one for one in service.mails_to(bob.email) if link in one]
    [issued.guessable["a mailed code"]] = re.findall(r": ([0-9]{6})\s*$", text, re.MULTILINE)
    change = {"new_email": f"new-{bob.email}", "password": PASSWORD}
    changed = bob.http.post("/v1/me/email", json=change)
    assert changed.status_code == 202, changed.text
    issued.secrets["a link to a new address"] = service.mailed_token(
        f"new-{bob.email}", "/confirm-email"
    )


def issue_factors(service: Service, ada: Person, issued: Issued) -> None:
    phone = Phone(ada)
    issued.secrets["an app's secret"] = phone.enrolment["secret"]
    for number, code in enumerate(phone.recovery_codes):
        issued.guessable[f"recovery code {number}"] = code
        issued.guessable[f"recovery code {number} without dashes"] = code.replace("-", "")
    issued.secrets["a challenge of a second factor"] = phone.challenge()
    began = ada.http.post("/v1/me/passkeys/registration")
    assert began.status_code in {200, 201}, began.text
    issued.secrets["a passkey's challenge"] = str(
        began.json().get("challenge") or began.json()["options"]["challenge"]
    )


def issue_for_programs(ada: Person, issued: Issued) -> None:
    organization_id = ada.organization()
    path = f"/v1/organizations/{organization_id}"
    made = ada.http.post(f"{path}/api-keys", json={"name": "mine", "scopes": ["members:read"]})
    assert made.status_code == 201, made.text
    issued.secrets["a person's API key"] = made.json()["key"]
    made = ada.http.post(
        f"{path}/api-keys",
        json={"name": "ci", "service": True, "role": "viewer", "scopes": ["members:read"]},
        headers={"Idempotency-Key": "one-of-a-kind"},
    )
    assert made.status_code == 201, made.text
    issued.secrets["a program's API key"] = made.json()["key"]


def columns(service: Service) -> Iterator[tuple[str, str]]:
    """Yield every table and its rows, as text."""
    with psycopg.connect(service.owner_url) as owner:
        tables = owner.execute(
            """
            SELECT schemaname, tablename FROM pg_tables
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """
        ).fetchall()
        assert len(tables) > 20
        for schema, table in tables:
            query = sql.SQL("SELECT string_agg(t::text, E'\\n') FROM {} AS t").format(
                sql.Identifier(schema, table)
            )
            row = owner.execute(query).fetchone()
            yield f"{schema}.{table}", (row and row[0]) or ""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("secrets"), outbound_loopback="true") as started:
        yield started


@pytest.fixture(scope="module")
def issued(service: Service, hostile_server: Hostile) -> Issued:
    issued = Issued()
    issued.owner = issue(service, issued)
    connection = {
        "name": "IdP",
        "issuer": hostile_server.issuer,
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
    }
    path = f"/v1/organizations/{issued.owner.organization()}/sso-connections"
    made = issued.owner.http.post(path, json=connection)
    assert made.status_code == 201, made.text
    issued.secrets["a provider's client secret"] = SECRET
    return issued


def test_no_secret_that_was_issued_is_in_the_database(service: Service, issued: Issued) -> None:
    dump = dict(columns(service))

    assert any(issued.owner.email in rows for rows in dump.values())  # it does find what is there
    assert len(issued.secrets) >= 15
    found = {
        (name, table)
        for name, spelling in issued.spellings()
        for table, rows in dump.items()
        if spelling in rows
    }
    assert found == set()


def test_no_secret_that_was_issued_is_in_the_log(service: Service, issued: Issued) -> None:
    log = service.log.read_text()

    assert "/v1/auth/login" in log
    told = {"the first administrator's link"}  # it is printed, for whoever starts the service
    found = {
        name
        for name, spelling in issued.spellings()
        if name not in told and not name.startswith("the hash") and spelling in log
    }
    assert found == set()


def test_what_is_kept_on_the_disk_besides_is_for_its_owner_alone(service: Service) -> None:
    keys = service.folder / "data" / "secret_keys"

    assert keys.stat().st_mode & 0o077 == 0
    assert Path(service.folder / "data" / "postgres").stat().st_mode & 0o077 == 0
