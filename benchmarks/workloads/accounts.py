"""Accounts: five requests every product makes all day, and the tenant they are made in."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep

from benchmarks.client import UNIQUE, ask, render, sign_in
from benchmarks.samples import Request
from benchmarks.servers import Server
from benchmarks.tenant import CLIENTS_LOGGING_IN, INVITATIONS, LISTED, Tenant, people
from benchmarks.workloads.workload import Workload

MAIL_PATIENCE = 30.0
VERIFICATION = re.compile(r"^\s*https?://\S+/verify-email\?token=(\S+)\s*$", re.MULTILINE)


def set_up(server: Server, mails: Path) -> Tenant:
    """Make the tenant over HTTP; the server must send mails, to files, while this runs."""
    reader, writer, logins = people()
    for account in (reader, writer, *logins):
        ask(server, "POST", "/v1/auth/register", json=account._asdict())
    for account in (reader, writer, *logins):
        token = _verification(mails, account.email)
        ask(server, "POST", "/v1/auth/verify-email", json={"token": token})
    token = sign_in(server, reader)
    organization = {"name": "Benchmark", "slug": "benchmark"}
    made = ask(server, "POST", "/v1/organizations", token=token, json=organization)
    path = f"/v1/organizations/{made['id']}/invitations"
    for email in INVITATIONS:
        ask(server, "POST", path, token=token, json={"email": email, "role": "member"})
    return Tenant(made["id"], reader, writer, logins)


def _verification(mails: Path, email: str) -> str:
    """Wait for the mail to this address, and return the token of its link."""
    deadline = monotonic() + MAIL_PATIENCE
    while monotonic() < deadline:
        for file in mails.glob("*.eml"):
            mail = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
            text = mail.get_body(("plain",))
            link = VERIFICATION.search(text.get_content()) if text and email in mail["to"] else None
            if link:
                return link[1]
        sleep(0.1)
    raise RuntimeError(f"no verification mail to {email} in {mails}")


def health(_server: Server, _tenant: Tenant) -> list[Request]:
    return [render("GET", "/livez")]


def me(server: Server, tenant: Tenant) -> list[Request]:
    return [render("GET", "/v1/me", token=sign_in(server, tenant.reader))]


def listed(server: Server, tenant: Tenant) -> list[Request]:
    token = sign_in(server, tenant.reader)
    path = f"/v1/organizations/{tenant.organization_id}/invitations?limit={LISTED}"
    items = ask(server, "GET", path, token=token)["items"]
    if len(items) != LISTED:
        raise RuntimeError(f"{server.name} lists {len(items)} invitations, not {LISTED}")
    return [render("GET", path, token=token)]


def create(server: Server, tenant: Tenant) -> list[Request]:
    return [_create(sign_in(server, tenant.writer), idempotency_key=UNIQUE)]


def create_plain(server: Server, tenant: Tenant) -> list[Request]:
    return [_create(sign_in(server, tenant.writer))]


def _create(token: str, **headers: str) -> Request:
    body = {"name": f"Crowd {UNIQUE}", "slug": f"crowd-{UNIQUE}"}
    return render("POST", "/v1/organizations", token=token, body=body, **headers)


def login(_server: Server, tenant: Tenant) -> list[Request]:
    return [render("POST", "/v1/auth/login", body=one._asdict()) for one in tenant.logins]


WORKLOADS = [
    Workload("health", "GET /livez", health, bar=1.5),
    Workload("me", "GET /v1/me", me, bar=1.3),
    Workload("list", f"GET .../invitations?limit={LISTED}", listed, bar=1.3),
    Workload("create", "POST /v1/organizations, idempotent", create, expects=201, bar=1.8),
    Workload("create_plain", "POST /v1/organizations", create_plain, expects=201, bar=1.8),
    Workload(
        "login",
        "POST /v1/auth/login",
        login,
        bar=1.15,
        against="hash",
        at_most=CLIENTS_LOGGING_IN,
    ),
]
