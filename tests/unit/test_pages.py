"""The small pages, without a socket: every way through them, in both languages."""

import re
from collections.abc import AsyncIterator, Mapping
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, override

import httpx
import pytest
from dependency_injector import providers
from pydantic import SecretStr
from starlette.types import Message

from adapters import memory
from bootstrap import Application, InMemoryContainer, Settings
from core.accounts import models, schemas, service
from core.exceptions import Exceeded, FieldError, RateLimited, Unavailable, VersionMismatch
from core.models import Actor
from entrypoints.http.app import create_app
from entrypoints.http.pages import rendering, texts
from tests.clock import FakeClock
from tests.factories import PASSWORD, anonymous, organization, user

NEW = "another horse battery staple"
ADA, BOB = "ada@example.com", "bob@example.com"
FORM = {"content-type": "application/x-www-form-urlencoded"}
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
PATHS = [
    "/verify-email",
    "/confirm-email",
    "/restore-account",
    "/resend-verification",
    "/forgot-password",
    "/reset-password",
    "/accept-invitation",
]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def container(settings: Settings, clock: FakeClock) -> InMemoryContainer:
    container = InMemoryContainer(settings=settings)
    container.clock.override(providers.Object(clock))
    return container


@pytest.fixture
async def application(container: InMemoryContainer) -> Application:
    application = Application(container)
    await application.use(service.EnsureSigningKeys)(None, Actor(kind="system"))
    return application


@pytest.fixture
async def http(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(application) as opened:
        yield opened


def limited(seconds: int) -> RateLimited:
    return RateLimited(Exceeded("login", 10, 900, seconds))


def client(application: Application) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://core.example")


async def registered(application: Application, email: str, *, verified: bool = True) -> None:
    command = schemas.RegisterUser(email=email, password=SecretStr(PASSWORD))
    await application.use(service.RegisterUser)(command, anonymous())
    if verified:
        found = await the_user(application, email)
        await application.container.users().mark_verified(found.id, found.created_at)


async def the_user(application: Application, email: str) -> models.User:
    found = await application.container.users().by_email(email)
    assert found is not None
    return found


async def mails(application: Application) -> list[tuple[str, str]]:
    """Carry out what waits; return whom every mail went to, and what it says."""
    jobs, mailer = application.container.jobs(), application.container.mailer()
    assert isinstance(jobs, memory.Jobs)
    assert isinstance(mailer, memory.Mailer)
    await jobs.drain(application.carry_out)
    return [(to, mail.text) for to, mail in mailer.sent]


async def mailed(application: Application, page: str) -> str:
    """Return the token of the newest link to a page."""
    text = "".join(text for _, text in await mails(application))
    links: list[str] = re.findall(rf"{page}\?\w+=(\S+)", text)
    return links[-1]


async def invited(application: Application, name: str = "Engines", role: str = "member") -> str:
    """Have somebody invite Bob; return the token that was mailed to him."""
    owner, there = user(), organization(name=name)
    await application.container.users().add(owner)
    await application.container.organizations().add(there, membership(there, owner, "owner"))
    actor = anonymous(
        kind="user",
        user_id=owner.id,
        organization_id=there.id,
        role="owner",
        permissions=frozenset(one.name for one in application.container.permissions()),
    )
    command = schemas.InviteMember(email=BOB, role=role)
    await application.use(service.InviteMember)(command, actor)
    return await mailed(application, "/accept-invitation")


def membership(there: models.Organization, who: models.User, role: str) -> models.Membership:
    return models.Membership(
        organization_id=there.id, user_id=who.id, role=role, created_at=there.created_at
    )


async def organizations_of(application: Application, email: str) -> list[str]:
    who = await the_user(application, email)
    found = await application.container.organizations().of_user(who.id, limit=10)
    return [one.name for one in found]


async def sessions_of(application: Application, email: str) -> int:
    who = await the_user(application, email)
    now = application.container.clock().now()
    return len(await application.container.sessions().active(who.id, now))


class Outline(HTMLParser):
    """The tags of a page; fails on what a strict policy would block or a reader would miss."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        found = [one for one in self.all(tag) if wanted.items() <= one.items()]
        assert len(found) == 1, (tag, wanted, found)
        return found[0]

    def check(self) -> None:
        ids = [one["id"] for _, one in self.tags if "id" in one]
        assert len(ids) == len(set(ids))
        assert not self.all("script")
        labels = {one.get("for") for one in self.all("label")}
        for field in self.all("input"):
            if field.get("type") != "hidden" and "hidden" not in field:
                assert field["id"] in labels
            for name in (field.get("aria-describedby") or "").split():
                assert name in ids
        for _, attributes in self.tags:
            assert "style" not in attributes
            assert not [name for name in attributes if name.startswith("on")]
        [html] = self.all("html")
        assert html["lang"] in {"en", "de"}


def outline(answer: httpx.Response, status: int = 200) -> Outline:
    """Read a page that must be a whole and safe one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith(POLICY)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers
    read = Outline(answer.text)
    read.check()
    return read


# --- Languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        (None, "", "en"),
        (None, "de", "de"),
        (None, "de-AT,en;q=0.5", "de"),
        (None, "en;q=0.5, de;q=0.9", "de"),
        (None, "fr, de;q=0.4", "de"),
        (None, "de;q=0, en;q=0.1", "en"),
        (None, "de;q=x, fr", "en"),
        (None, "*", "en"),
        (None, "dexter", "en"),
        ("de", "en", "de"),
        ("DE", "en", "de"),
        ("fr", "de", "de"),
        ("", "de", "de"),
        ("<script>", "", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_liked_best(
    asked: str | None, accepted: str, spoken: str
) -> None:
    assert texts.locale_of(asked, accepted) == spoken


def leaves(words: Mapping[str, Any], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in words.items():
        found |= leaves(value, f"{path}{key}.") if isinstance(value, dict) else {path + key: value}
    return found


def test_every_language_says_the_same_things() -> None:
    english, *others = (leaves(words) for words in texts.WORDS.values())

    for other in others:
        assert other.keys() == english.keys()
        for key, text in english.items():
            gaps = re.compile(r"\{\w+\}")
            assert sorted(gaps.findall(other[key])) == sorted(gaps.findall(text)), key


async def test_the_chosen_language_stays_along_the_way(http: httpx.AsyncClient) -> None:
    page = outline(await http.get("/verify-email", params={"token": "a&b", "lang": "de"}))
    done = await http.post("/forgot-password?lang=de", data={"email": ADA})

    assert page.one("html")["lang"] == "de"
    assert page.one("form")["action"] == "/verify-email?lang=de"
    assert page.one("a", lang="en")["href"] == "/verify-email?token=a%26b&lang=en"
    assert "Schauen Sie in Ihr Postfach" in done.text


# --- Verify an address ----------------------------------------------------------------------------


async def test_looking_at_a_link_uses_nothing_up_and_pressing_once_does(
    application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, ADA, verified=False)
    token = await mailed(application, "/verify-email")
    for _ in range(2):
        page = outline(await http.get("/verify-email", params={"token": token}))
        assert page.one("input", name="token")["value"] == token
    head = await http.head("/verify-email", params={"token": token})
    assert (await the_user(application, ADA)).email_verified_at is None

    done = await http.post("/verify-email", data={"token": token})
    again = await http.post("/verify-email?lang=de", data={"token": token})

    assert head.status_code == 200
    assert (await the_user(application, ADA)).email_verified_at is not None
    assert "Address confirmed" in done.text
    assert outline(done).one("p", role="status")
    renew = outline(again, 400).one("a", **{"class": "button"})
    assert renew["href"] == "/resend-verification?lang=de"


async def test_a_new_confirmation_link_is_mailed(
    application: Application, http: httpx.AsyncClient, clock: FakeClock
) -> None:
    await registered(application, ADA, verified=False)
    old = await mailed(application, "/verify-email")
    clock.forward(minutes=2)
    outline(await http.get("/resend-verification"))

    for email in (ADA, "nobody@example.com"):
        sent = await http.post("/resend-verification", data={"email": email})
        assert "is waiting to be confirmed" in sent.text

    assert await mailed(application, "/verify-email") != old


@pytest.mark.parametrize("lang", ["en", "de"])
async def test_a_mailed_sign_in_is_explained_and_has_no_button(
    lang: str, http: httpx.AsyncClient
) -> None:
    page = outline(await http.get("/mail-login", params={"token": "x", "lang": lang}))

    assert (page.all("form"), page.all("button")) == ([], [])
    assert (await http.post("/mail-login", data={"token": "x"})).status_code == 405


@pytest.mark.parametrize("path", ["/verify-email", "/reset-password", "/accept-invitation"])
async def test_a_link_that_lost_its_token_is_dead(path: str, http: httpx.AsyncClient) -> None:
    page = await http.get(path)

    assert "does not work any more" in page.text
    outline(page, 400)


# --- Passwords ------------------------------------------------------------------------------------


async def test_a_weak_password_is_explained_and_leaves_the_link_good(
    application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, ADA)
    await http.post("/forgot-password", data={"email": ADA})
    token = await mailed(application, "/reset-password")
    asked = outline(await http.get("/reset-password", params={"token": token}))
    field = asked.one("input", name="new_password")
    assert (field["autocomplete"], field["minlength"]) == ("new-password", "12")
    assert "onpaste" not in field

    weak = await http.post("/reset-password", data={"token": token, "new_password": "Core API"})
    good = await http.post("/reset-password", data={"token": token, "new_password": NEW})
    again = await http.post("/reset-password", data={"token": token, "new_password": NEW})

    page = outline(weak, 422)
    assert "Use at least 12 characters." in weak.text
    assert "the product&#39;s name" in weak.text
    assert "Core API</li>" not in weak.text
    assert page.one("div", role="alert")
    refused = page.one("input", name="new_password")
    assert refused["aria-invalid"] == "true"
    assert "autofocus" in refused
    assert "value" not in refused
    assert page.one("input", name="token")["value"] == token
    assert "<title>Error: Choose a new password" in weak.text
    outline(good)
    assert outline(again, 400).one("a", **{"class": "button"})["href"] == "/forgot-password"
    login = schemas.LogIn(email=ADA, password=SecretStr(NEW))
    signed_in = await application.use(service.LogIn)(login, anonymous())
    assert signed_in.user.email == ADA


async def test_passwords_are_masked_and_left_to_password_managers(
    application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, ADA)
    await http.post("/forgot-password", data={"email": ADA})
    reset = {"token": await mailed(application, "/reset-password")}
    invitation = {"invitation": await invited(application)}

    for path, query in (("/reset-password", reset), ("/accept-invitation", invitation)):
        page = outline(await http.get(path, params=query))
        fields = [one for one in page.all("input") if "password" in (one.get("name") or "")]
        assert fields
        for field in fields:
            assert field["type"] == "password"
            assert field["autocomplete"] in {"new-password", "current-password"}
            assert not [name for name in field if name.startswith("on") or name == "maxlength"]
        assert page.all("script") == []


async def test_a_link_that_is_too_old_leads_to_a_new_one(
    application: Application, http: httpx.AsyncClient, clock: FakeClock
) -> None:
    await registered(application, ADA)
    await http.post("/forgot-password", data={"email": ADA})
    token = await mailed(application, "/reset-password")
    clock.forward(minutes=30)

    late = await http.post("/reset-password?lang=de", data={"token": token, "new_password": NEW})

    assert "Dieser Link gilt nicht mehr" in late.text
    link = outline(late, 400).one("a", **{"class": "button"})
    assert link["href"] == "/forgot-password?lang=de"


async def test_asking_for_a_link_tells_nothing_about_who_is_known(
    application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, ADA)
    outline(await http.get("/forgot-password"))

    known = await http.post("/forgot-password", data={"email": ADA})
    unknown = await http.post("/forgot-password", data={"email": "nobody@example.com"})

    assert known.text == unknown.text
    assert known.status_code == unknown.status_code == 200


async def test_what_was_typed_wrong_is_shown_again(http: httpx.AsyncClient) -> None:
    typed = '"><script>alert(1)</script>'

    answer = await http.post("/forgot-password", data={"email": typed})

    page = outline(answer, 422)
    assert page.one("input", name="email")["value"] == typed
    assert "This is not an email address." in answer.text


# --- Invitations ----------------------------------------------------------------------------------


async def test_an_invitation_says_what_it_is_for_and_uses_nothing_up(
    application: Application, http: httpx.AsyncClient
) -> None:
    token = await invited(application, "Engines <script>alert(1)</script>", "viewer")
    for _ in range(2):
        answer = await http.get("/accept-invitation", params={"invitation": token})
        page = outline(answer)

    german = await http.get("/accept-invitation", params={"invitation": token, "lang": "de"})
    assert "Join Engines &lt;script&gt;" in answer.text
    assert ("Viewer" in answer.text, "Nur Lesen" in german.text) == (True, True)
    assert ("29 November 2026" in answer.text, "29.11.2026" in german.text) == (True, True)
    assert BOB in answer.text
    passwords = [one["autocomplete"] for one in page.all("input") if one["type"] == "password"]
    assert passwords == ["new-password", "current-password"]
    assert len(page.all("form")) == 3


async def test_somebody_new_joins_with_a_name_or_without(
    application: Application, http: httpx.AsyncClient
) -> None:
    token = await invited(application)
    name = "Bob <script>"
    answer = {"invitation": token, "answer": "register", "display_name": name}

    weak = await http.post("/accept-invitation", data=answer | {"password": "short"})
    joined = await http.post("/accept-invitation?lang=de", data=answer | {"password": PASSWORD})
    again = await http.post("/accept-invitation", data=answer | {"password": PASSWORD})

    page = outline(weak, 422)
    assert page.one("input", name="display_name")["value"] == name
    assert page.one("input", id="register-password")["aria-invalid"] == "true"
    assert "aria-invalid" not in page.one("input", id="join-password")
    outline(joined)
    assert "Willkommen bei Engines" in joined.text
    bob = await the_user(application, BOB)
    assert (bob.display_name, bob.locale) == (name, "de")
    assert bob.email_verified_at is not None
    assert await organizations_of(application, BOB) == ["Engines"]
    assert await sessions_of(application, BOB) == 0
    outline(again, 409)
    assert "does not work any more" in again.text


async def test_somebody_known_joins_with_their_password(
    application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, BOB)
    token = await invited(application)
    answer = {"invitation": token, "answer": "join"}

    wrong = await http.post("/accept-invitation", data=answer | {"password": "wrong"})
    empty = await http.post("/accept-invitation", data=answer | {"password": " "})
    joined = await http.post("/accept-invitation", data=answer | {"password": PASSWORD})

    page = outline(wrong, 401)
    assert ["open" in one for one in page.all("details")] == [False, True]
    assert "The address or the password is wrong." in wrong.text
    assert page.one("a", href="/forgot-password")
    assert "www-authenticate" not in wrong.headers
    assert outline(empty, 422).one("input", id="join-password")["aria-invalid"] == "true"
    outline(joined)
    assert await organizations_of(application, BOB) == ["Engines"]
    assert await sessions_of(application, BOB) == 0


async def test_somebody_known_who_says_to_be_new_is_shown_the_other_way(
    application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, BOB)
    token = await invited(application)

    answer = await http.post(
        "/accept-invitation",
        data={"invitation": token, "answer": "register", "password": NEW},
    )

    page = outline(answer, 409)
    assert ["open" in one for one in page.all("details")] == [False, True]
    assert "There is an account with this address already." in answer.text


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("unverified", "Confirm your email address first"),
        ("suspended", "This account is suspended"),
        ("member", "You are a member already"),
    ],
)
async def test_who_may_not_join_is_told_why(
    case: str, said: str, application: Application, http: httpx.AsyncClient
) -> None:
    await registered(application, BOB, verified=case != "unverified")
    token = await invited(application)
    bob = await the_user(application, BOB)
    if case == "suspended":
        await application.container.users().update(bob.evolve(status="suspended"))
    if case == "member":
        [there] = await application.container.organizations().page(limit=1)
        await application.container.memberships().add(membership(there, bob, "viewer"))

    answer = await http.post(
        "/accept-invitation", data={"invitation": token, "answer": "join", "password": PASSWORD}
    )

    page = outline(answer, 409 if case == "member" else 403)
    assert said in answer.text
    assert page.one("div", role="alert")
    links = [one["href"] for one in page.all("a")]
    assert ("/resend-verification" in links) == (case == "unverified")
    assert await sessions_of(application, BOB) == 0


@pytest.mark.parametrize("code", ["mfa_required", "sso_required"])
@pytest.mark.parametrize("words", texts.WORDS.values(), ids=texts.WORDS)
def test_ways_to_sign_in_that_these_pages_lack_are_explained(code: str, words: texts.Words) -> None:
    assert (
        "Sign in to the product" in words["errors"][code] or "im Produkt" in words["errors"][code]
    )


async def test_an_invitation_is_declined(application: Application, http: httpx.AsyncClient) -> None:
    token = await invited(application)
    answer = {"invitation": token, "answer": "decline"}

    declined = await http.post("/accept-invitation", data=answer)
    again = await http.post("/accept-invitation", data=answer)
    looked = await http.get("/accept-invitation", params={"invitation": token})

    outline(declined)
    assert "Invitation declined" in declined.text
    outline(again, 409)
    outline(looked, 409)


async def test_an_answer_that_is_none_shows_the_invitation_again(
    application: Application, http: httpx.AsyncClient
) -> None:
    token = await invited(application)

    for fields in ({}, {"answer": "maybe"}, {"answer": "register", "password": "\0"}):
        answer = await http.post("/accept-invitation", data={"invitation": token} | fields)
        page = outline(answer, 422)
        assert {one["value"] for one in page.all("input") if one.get("name") == "invitation"} == {
            token
        }


@pytest.mark.parametrize("token", ["no token", "x" * 2000, "\0", "\ufffd"])
async def test_an_invitation_nobody_made_is_dead(token: str, http: httpx.AsyncClient) -> None:
    outline(await http.get("/accept-invitation", params={"invitation": token}), 400)


# --- Hostile input --------------------------------------------------------------------------------

BODIES = {
    "nothing": b"",
    "no form": b'{"token": "x"}',
    "a NUL": b"token=%00&email=%00&new_password=%00&invitation=%00&password=%00",
    "a lone surrogate": b"token=%ED%A0%80&email=%ED%A0%80&invitation=%ED%A0%80",
    "no UTF-8": b"token=%FF&email=\xff&new_password=\xfe&invitation=\xff",
    "too long": b"token=" + b"x" * 2000 + b"&email=" + b"x" * 5000 + b"&invitation=" + b"x" * 2000,
    "too many fields": b"&".join(b"token=x" for _ in range(30)),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_form_that_makes_no_sense_is_no_crash(
    path: str, body: bytes, http: httpx.AsyncClient
) -> None:
    outline(await http.post(path, content=body, headers=FORM), 422)


@pytest.mark.parametrize("path", PATHS)
async def test_a_form_is_no_larger_than_a_form_needs(path: str, http: httpx.AsyncClient) -> None:
    answer = await http.post(path, content=b"token=" + b"x" * 20_000, headers=FORM)

    outline(answer, 413)


async def test_a_form_that_never_ends_is_cut_off(http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"token=" + b"x" * 2 * 1024 * 1024

    outline(await http.post("/verify-email", content=endless(), headers=FORM), 413)


async def test_a_browser_that_leaves_amid_a_form_is_no_crash(application: Application) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/verify-email", "query_string": b""}
    await create_app(application)(scope | {"headers": []}, receive, send)

    assert sent[0]["status"] == 400


async def test_a_token_in_the_address_is_escaped(http: httpx.AsyncClient) -> None:
    token = '"><script>alert(1)</script>'

    page = outline(await http.get("/verify-email", params={"token": token}))

    assert page.one("input", name="token")["value"] == token


# --- When the service itself can't ----------------------------------------------------------------


class Refusing(memory.Throttle):
    def __init__(self, error: Exception) -> None:
        self.error = error

    @override
    async def hit(self, *limits: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (limited(61), 429, "Try again in 2 min."),
        (Unavailable(), 503, "Something we depend on is not answering."),
        (RuntimeError("secret"), 500, "Something broke on our side."),
    ],
)
@pytest.mark.parametrize("path", ["/forgot-password", "/accept-invitation"])
async def test_what_fails_on_our_side_is_a_page_too(
    path: str, error: Exception, status: int, said: str, container: InMemoryContainer
) -> None:
    container.throttle.override(providers.Object(Refusing(error)))
    async with client(Application(container)) as http:
        answer = await http.post(path, data={"email": ADA, "invitation": "x"})
        shown = await http.get("/accept-invitation", params={"invitation": "x"})

    outline(answer, status)
    outline(shown, status)
    assert said in answer.text
    assert "secret" not in answer.text
    assert answer.headers.get("retry-after") == ("61" if status == 429 else None)
    if status == 500:
        assert answer.headers["x-request-id"] in answer.text


# --- The rest -------------------------------------------------------------------------------------


async def test_the_first_page_leads_on(http: httpx.AsyncClient) -> None:
    english = outline(await http.get("/"))
    german = await http.get("/", headers={"accept-language": "de"})

    links = [one["href"] for one in english.all("a")]
    assert {"/docs", "/dev/mails"} <= set(links)
    assert "Der Dienst läuft." in german.text
    assert german.headers["vary"] == "Accept-Language"


async def test_the_stylesheet_is_small_and_ours(http: httpx.AsyncClient) -> None:
    [link] = outline(await http.get("/")).all("link")
    style = await http.get(link["href"] or "")

    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["cache-control"]
    assert len(style.content) < 6 * 1024
    assert b"url(" not in style.content
    assert b"@import" not in style.content


async def test_pages_are_no_part_of_the_api(application: Application) -> None:
    paths = create_app(application).openapi()["paths"]

    assert [
        path for path in paths if not path.startswith(("/v1/", "/.well-known/", "/ofrep/"))
    ] == []


def written(folder: Path, name: str, html: str | None = None) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = BOB, f"{name} <script>"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    message.set_content("Hello, follow\nhttps://core.example/verify-email?token=t0k&x=<b>\n")
    if html:
        message.add_alternative(html, subtype="html")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


async def test_the_mails_of_development_are_pages(
    settings: Settings, http: httpx.AsyncClient
) -> None:
    assert "No mail yet" in (await http.get("/dev/mails")).text
    folder = settings.data_dir / "mails"
    written(folder, "1-old")
    written(folder, "2-new", "<p>Hello <script>alert(1)</script></p>")

    listed = await http.get("/dev/mails?lang=de")
    shown = await http.get("/dev/mails/2-new")
    plain = await http.get("/dev/mails/1-old")
    framed = await http.get("/dev/mails/2-new/html")

    assert listed.text.index("2-new") < listed.text.index("1-old")
    assert "/dev/mails/2-new?lang=de" in listed.text
    page = outline(shown)
    link = page.one("a", rel="noopener noreferrer")
    assert link["href"] == "https://core.example/verify-email?token=t0k&x=<b>"
    assert "2-new &lt;script&gt;" in shown.text
    assert page.one("iframe") == {
        "title": "HTML, without its links",
        "sandbox": None,
        "src": "/dev/mails/2-new/html",
    }
    assert "frame-src 'self'" in shown.headers["content-security-policy"]
    assert not outline(plain).all("iframe")
    policy = framed.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00no mail at all",
        b"Date: yesterday\nSubject: =?utf-8?b?//8=?=\nTo: <<>>,;\n\nHello",
        b"Date:\nSubject: a\n b\x07\nTo: \xff\n\nHello",
        b"Content-Type: text/plain; charset=klingon\n\n\xff",
        b"Content-Type: multipart/alternative; boundary=x\n\n--x\n",
        b"Content-Type: multipart/mixed\n\nnothing",
    ],
)
async def test_a_mail_that_is_none_is_no_crash(
    content: bytes, settings: Settings, http: httpx.AsyncClient
) -> None:
    folder = settings.data_dir / "mails"
    folder.mkdir()
    (folder / "1.eml").write_bytes(content)

    outline(await http.get("/dev/mails"))
    outline(await http.get("/dev/mails/1"))
    assert (await http.get("/dev/mails/1/html")).status_code == 200


async def test_only_so_many_mails_are_listed(
    settings: Settings, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoints.http.pages.mails.SHOWN", 1)
    written(settings.data_dir / "mails", "1-old")
    written(settings.data_dir / "mails", "2-new")

    listed = await http.get("/dev/mails")

    assert "1-old" not in listed.text
    assert "The newest 1 of 2 mails." in listed.text


@pytest.mark.parametrize(
    "name", ["nothing", "..%2f..%2fsecret_keys", "%2e%2e", "*", "..%5csecret", "%00", "1-old.eml"]
)
async def test_a_mail_is_found_by_its_listed_name_alone(
    name: str, settings: Settings, http: httpx.AsyncClient
) -> None:
    written(settings.data_dir / "mails", "1-old")

    for path in (f"/dev/mails/{name}", f"/dev/mails/{name}/html"):
        assert (await http.get(path)).status_code == 404


async def test_production_shows_no_mails(settings: Settings) -> None:
    written(settings.data_dir / "mails", "1-old")
    production = settings.model_copy(update={"environment": "production"})
    async with client(Application(InMemoryContainer(settings=production))) as http:
        answers = [
            await http.get(path)
            for path in ("/dev/mails", "/dev/mails/1-old", "/dev/mails/1-old/html")
        ]
        home = await http.get("/")

    for answer in answers:
        outline(answer, 404)
    assert "/dev/mails" not in home.text


def test_a_wait_is_told_in_minutes() -> None:
    english = texts.WORDS["en"]

    assert "in 1 min." in texts.said(english, limited(1))
    assert "in 15 min." in texts.said(english, limited(900))
    assert rendering.retry(RateLimited()) == {}


@pytest.mark.parametrize("words", texts.WORDS.values(), ids=texts.WORDS)
def test_what_no_translator_knows_yet_speaks_for_itself(words: texts.Words) -> None:
    assert texts.said(words, VersionMismatch()) == VersionMismatch.title
    assert texts.said(words, VersionMismatch("Twice.")) == "Twice."
    assert texts.wrong(words, FieldError("#/x", "odd", "Odd.")) == "Odd."
