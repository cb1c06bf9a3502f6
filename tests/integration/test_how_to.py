"""The commands of the how-to pages do what the pages say: what is fenced as `bash` is run."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.integration.name_server import NameServer
from tests.integration.openid import OpenidProviders
from tests.integration.openid.providers import SECRET
from tests.integration.reader import PAGES, Reader, fenced
from tests.integration.service import Service

RETURN_TO: Final = "http://127.0.0.1:3000/signed-in"


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with NameServer() as started:
        yield started


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, names: NameServer) -> Iterator[Service]:
    """A service that pages may sell by and rename, beside the servers that they speak of."""
    told = {
        "outbound_loopback": "true",
        "sso_return_urls": RETURN_TO,
        "dns_server": names.address,
    }
    with Service(tmp_path_factory.mktemp("pages"), **told) as host:
        yield host


@pytest.fixture
def reader(host: Service, tmp_path: Path) -> Reader:
    return Reader(host, tmp_path)


def with_a_key(reader: Reader) -> None:
    made = reader.ada.http.post(
        f"{reader.at}/api-keys", json={"name": "product", "scopes": ["flags:read"]}
    )
    assert made.status_code == 201, made.text
    reader.told["key"] = made.json()["key"]


def with_tickets(reader: Reader) -> None:
    reader.walk("collections")
    reader.told["at"] = f"{reader.service.url}{reader.at}/collections/tickets/records"
    made = reader.ada.http.post(reader.told["at"], json={"subject": "Paper jam", "number": 1})
    assert made.status_code == 201, made.text
    reader.told["id"] = made.json()["id"]
    (reader.folder / "tickets.csv").write_text("subject,number\nPaper jam again,1\nNo toner,2\n")


def with_a_viewer(reader: Reader) -> None:
    bob = reader.service.person()
    bob.accept(reader.ada.invite(reader.organization, bob, "viewer"))
    reader.told |= {"bob": bob.tokens["access_token"], "bob_id": bob.tokens["user"]["id"]}


def with_an_account(reader: Reader) -> None:
    reader.meant["ada@example.com"] = reader.service.person().email


def with_an_installation_of_their_own(reader: Reader) -> None:
    """The page ends its database, which nobody else may use."""
    reader.told["CORE_DATA_DIR"] = str(reader.folder / ".data")
    made = reader.run("core-api db migrate && core-api accounts create-admin admin@example.com")
    assert "http" in made


def with_nothing(_: Reader) -> None: ...


WALKED: Final[dict[str, tuple[Callable[[Reader], None], tuple[str, ...]]]] = {
    "collections": (with_nothing, ("+ tickets", '"title":"Cases"')),
    "records": (with_tickets, ("Printer on fire", '"state":"done"', '"count":')),
    "feature-flags": (with_a_key, ('"key":"banner"', '"flags":[')),
    "count-what-happens": (with_nothing, ('"inserted":1', "12.5", "Revenue by country")),
    "take-payments": (with_nothing, ("team_monthly", '"url":')),
    "send-webhooks": (with_nothing, ('"secret":"whsec_',)),
    "operate-an-installation": (with_nothing, ("read_only", "Analytical Engines")),
    "back-up-and-restore": (with_nothing, ("core.backup",)),
    "sign-in-with-email": (
        with_nothing,
        (
            *('"pending_verification"} 202', '"email":"grace@example.com"', '"token_type":'),
            *(
                '"session_id":',
                '"code":"session_revoked"',
                "signed out: 204",
                "and afterwards: 401",
            ),
        ),
    ),
    "roles": (
        with_a_viewer,
        (
            *('"audit:read","about"', '"code":"permission_denied"', '"role":"auditor"'),
            *("Bob reads the audit log: 200", "the key, members: 200"),
            *("the key, audit-events: 403", "auditor"),
        ),
    ),
    "write-sql": (
        with_nothing,
        (
            *("actual rows=1", "members without a tenant: 0", "members of the tenant: 1"),
            *("members afterwards: 0", "CREATE TABLE accounts", "glued: 'SELECT 1", "unscoped: S"),
        ),
    ),
    "console": (with_nothing, ("operator",)),
    "capacity": (with_nothing, ("core-api", "connections", "about_rows", "kB")),
    "harden": (
        with_nothing,
        (
            *("CORE_MAIL_URL is missing", "owns nothing", "secrets ", "current", "admin@"),
            *("content-security-policy", "x-content-type-options", '"action":'),
        ),
    ),
    "upgrade": (
        with_an_installation_of_their_own,
        ("what before.backup held", "The database is at", "admin@example.com"),
    ),
}
"""What the reader has before, and what they see, among more."""


@pytest.mark.parametrize("page", WALKED)
def test_a_page_can_be_walked(reader: Reader, page: str) -> None:
    prepare, expected = WALKED[page]
    prepare(reader)

    printed = reader.walk(page)

    assert [one for one in expected if one not in printed] == [], printed


class Provider:
    """A provider that is not Google's, and somebody with an account there."""

    def __init__(self, reader: Reader, providers: OpenidProviders) -> None:
        provider = providers.nested
        reader.told["secret"] = SECRET
        reader.meant |= {
            " acme": f" {reader.slug}",
            "https://login.example.com/realms/acme": provider.issuer,
            "--client-id core": f"--client-id {provider.client().client_id}",
            r"\"client_id\": \"core\"": rf"\"client_id\": \"{provider.client().client_id}\"",
        }
        self.reader = reader

    def browser(self, email: str) -> None:
        """Have `xdg-open` sign somebody in, who then types the address that they end at."""
        self.reader.typed = self.reader.folder / "typed"
        os.mkfifo(self.reader.typed)
        curl = "curl -sS -c jar -b jar -o /dev/null"
        self.reader.program(
            "xdg-open",
            f"away=$({curl} -w '%{{redirect_url}}' \"$1\")\n"
            f"{curl} -L -w '%{{url_effective}}\\n' \"$away&login_hint={email}\" >typed || true",
        )


def test_a_provider_is_connected_as_keycloaks_page_says(
    reader: Reader, openid: OpenidProviders
) -> None:
    """The pages of the others have the same commands: the next test."""
    Provider(reader, openid)
    reader.meant["CONNECTION_ID"] = (
        f"$(core-api accounts sso list --organization {reader.slug} --fields id | tail -n 1)"
    )

    printed = reader.walk("connect-keycloak")

    assert openid.nested.issuer in printed
    assert "The provider answers as it should." in printed


@pytest.mark.parametrize(
    ("page", "example"),
    [
        ("google", "Google https://accounts.google.com 1234-abcd.apps.googleusercontent.com"),
        ("okta", '"Acme Okta" https://acme.okta.com 0oa1b2c3d4e5f6g7h8i9'),
        (
            "entra",
            '"Acme Entra" https://login.microsoftonline.com/TENANT_ID/v2.0 APPLICATION_ID',
        ),
    ],
)
def test_the_page_of_another_provider_has_keycloaks_commands(page: str, example: str) -> None:
    name, issuer, client = example.rsplit(" ", 2)
    ours = "".join(fenced((PAGES / "connect-keycloak.md").read_text()))

    theirs = "".join(fenced((PAGES / f"connect-{page}.md").read_text()))

    for written, of_keycloak in (
        (f"add {name} ", 'add "Acme Keycloak" '),
        (f"--issuer {issuer} ", "--issuer https://login.example.com/realms/acme "),
        (f"--client-id {client} ", "--client-id core "),
    ):
        assert written in theirs
        theirs = theirs.replace(written, of_keycloak)
    assert theirs == ours


def test_people_sign_in_at_a_provider_as_the_page_says(
    reader: Reader, openid: OpenidProviders, names: NameServer
) -> None:
    Provider(reader, openid).browser("grace@acme.example.com")
    walked = threading.Event()

    def publish() -> None:
        """Put what the page prints into the DNS, as the reader does."""
        while not walked.wait(0.2):
            for one in reader.ada.http.get(f"{reader.at}/domains").json()["items"]:
                names.records[one["txt_name"]] = one["txt_value"]

    publisher = threading.Thread(target=publish)
    publisher.start()
    try:
        printed = reader.walk("single-sign-on")
    finally:
        walked.set()
        publisher.join()

    assert "the provider answers as it should: 204" in printed
    assert '"connections":[{' in printed
    assert '"email":"grace@acme.example.com"' in printed


def test_events_go_to_clickhouse_as_the_page_says(reader: Reader, clickhouse_url: str) -> None:
    event = {"name": "order_placed", "time": datetime.now(UTC).isoformat(), "props": {"amount": 7}}
    reader.ada.http.post(f"{reader.at}/events", json=event).raise_for_status()
    reader.meant["https://core:password@columns.example.com:8443/stats"] = clickhouse_url

    printed = reader.walk("outgrow-one-machine")

    assert re.search(r"total.*\b1\b|\b1$", printed, re.MULTILINE), printed
