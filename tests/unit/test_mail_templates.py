import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args, override

import pytest
from jinja2.exceptions import SecurityError

from adapters.mail.templates import FOLDER, MailTemplates
from core.mails.models import Locale, RenderedMail

LOCALES = get_args(Locale.__value__)
NAMES = sorted({path.name.split(".")[0] for path in (FOLDER / "accounts").iterdir()})

VARIABLES: dict[str, set[str]] = {
    "already_registered": {"link"},
    "codes_guessed": {"when", "ip"},
    "confirm_email": {"link"},
    "data_export_ready": {"until"},
    "deletion_requested": {"link", "day"},
    "email_change_requested": {"when", "ip"},
    "email_changed": {"when", "ip"},
    "identity_linked": {"name", "when", "ip"},
    "identity_unlinked": {"when", "ip"},
    "impersonated": {"when", "reason", "changing"},
    "invitation": {"link", "organization", "inviter", "role"},
    "mail_login": {"link", "code"},
    "member_removed": {"organization"},
    "mfa_disabled": {"when", "ip"},
    "mfa_enabled": {"when", "ip"},
    "mfa_reset": set(),
    "organization_deletion": {"organization", "day"},
    "passkey_registered": {"name", "when", "ip"},
    "passkey_removed": {"name", "when", "ip"},
    "password_changed": {"when", "ip"},
    "recovery_code_used": {"when", "ip", "left"},
    "reset_password": {"link"},
    "session_reuse_detected": {"ip"},
    "set_password": {"link"},
    "verify_email": {"link"},
}
SAMPLES: dict[str, str | int] = {
    "product": "Core & Söhne",
    "link": "https://app.example.com/verify-email?token=" + "Ab-_9" * 40,
    "organization": "Müller's <Labs>",
    "inviter": "ada@example.com",
    "role": "admin",
    "name": "Ada's key",
    "until": "2026-11-29 21:48 UTC",
    "day": "2026-12-22",
    "reason": "Ticket 42: the <Labs> are missing",
    "changing": "yes",
    "when": "2026-11-22 21:48 UTC",
    "ip": "2001:db8::1",
    "code": "012345",
    "left": "9",
}
HOSTILE = (
    "https://evil.example/\r\n\r\nhttps://evil.example/\u2028<script>\"'{{ product }}\u202e[x]"
)

every_template = pytest.mark.parametrize("name", NAMES)
every_locale = pytest.mark.parametrize("locale", LOCALES)


@pytest.fixture(scope="module")
def templates() -> MailTemplates:
    return MailTemplates()


def sample(name: str) -> dict[str, str | int]:
    return {key: SAMPLES[key] for key in VARIABLES[name] | {"product"}}


class Page(HTMLParser):
    """What a reader of the HTML part sees, and where it leads."""

    def __init__(self, mail: RenderedMail) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.feed(mail.html)
        self.words = " ".join(unescape(re.sub(r"<[^>]+>", " ", mail.html)).split())

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for key, value in attrs if key in {"href", "src"}]


def paragraphs(mail: RenderedMail) -> list[str]:
    return mail.text.removesuffix("\n").split("\n\n")


def test_every_template_exists_in_every_language() -> None:
    assert sorted(VARIABLES) == NAMES
    files = {path.name for path in (FOLDER / "accounts").iterdir()}
    assert files == {f"{name}.{locale}.txt" for name in NAMES for locale in LOCALES}


@every_locale
@every_template
def test_a_template_needs_exactly_its_variables(
    templates: MailTemplates, name: str, locale: Locale
) -> None:
    complete = sample(name)

    mail = templates.render(f"accounts/{name}", locale, complete)

    assert mail.subject
    assert not re.search(r"[{}%\[\]]", mail.text)
    for missing in complete:
        rest = {key: value for key, value in complete.items() if key != missing}
        with pytest.raises(KeyError, match=missing):
            templates.render(f"accounts/{name}", locale, rest)


@every_locale
@every_template
def test_text_and_html_say_the_same(templates: MailTemplates, name: str, locale: Locale) -> None:
    mail = templates.render(f"accounts/{name}", locale, sample(name))

    page = Page(mail)
    for line in mail.text.splitlines():
        assert line.removesuffix(":") in page.words or line == "-- "
        assert "&amp;" not in line
    assert mail.subject in page.words
    assert f'<html lang="{locale}">' in mail.html


@every_locale
@every_template
def test_the_link_stands_alone_on_its_line(
    templates: MailTemplates, name: str, locale: Locale
) -> None:
    mail = templates.render(f"accounts/{name}", locale, sample(name))

    links = [line for line in mail.text.splitlines() if "https://" in line]
    assert links == ([SAMPLES["link"]] if "link" in VARIABLES[name] else [])
    assert set(Page(mail).addresses) == set(links)


@every_locale
@every_template
def test_hostile_values_stay_words(templates: MailTemplates, name: str, locale: Locale) -> None:
    kept = {"product", "link"}
    hostile = {key: value if key in kept else HOSTILE for key, value in sample(name).items()}

    mail = templates.render(f"accounts/{name}", locale, hostile)

    honest = templates.render(f"accounts/{name}", locale, sample(name))
    assert Page(mail).tags == Page(honest).tags
    assert Page(mail).addresses == Page(honest).addresses
    assert len(mail.text.splitlines()) == len(honest.text.splitlines())
    links = [line for line in mail.text.splitlines() if line.startswith("https://")]
    assert links == [SAMPLES["link"]] * ("link" in VARIABLES[name])
    assert len(mail.subject.splitlines()) == 1


def test_a_hostile_link_stays_one_link(templates: MailTemplates) -> None:
    link = 'https://app.example.com/?a=1&b="><script>\r\nhttps://evil.example/ \u2028'

    mail = templates.render("accounts/verify_email", "en", {"product": "Core", "link": link})

    whole = 'https://app.example.com/?a=1&b="><script>%0D%0Ahttps://evil.example/%20%E2%80%A8'
    assert [line for line in mail.text.splitlines() if "https://" in line] == [whole]
    assert set(Page(mail).addresses) == {whole}
    assert "script" not in Page(mail).tags


def test_the_english_text_is_ascii_so_that_no_server_recodes_it(templates: MailTemplates) -> None:
    variables = SAMPLES | {"product": "Core", "organization": "Labs"}
    for name in NAMES:
        assert templates.render(f"accounts/{name}", "en", variables).text.isascii()


@pytest.mark.parametrize(
    ("name", "unknown", "words"),
    [
        ("password_changed", "ip", "was changed: 2026-11-22 21:48 UTC."),
        ("session_reuse_detected", "ip", "was used again. That"),
        ("invitation", "inviter", "You have been invited to join"),
    ],
)
def test_what_is_unknown_is_left_out(
    templates: MailTemplates, name: str, unknown: str, words: str
) -> None:
    mail = templates.render(f"accounts/{name}", "en", sample(name) | {unknown: ""})

    assert words in mail.text


def test_the_text_shows_values_as_they_are(templates: MailTemplates) -> None:
    mail = templates.render("accounts/invitation", "en", sample("invitation"))

    assert mail.subject == "You are invited to Müller's <Labs>"
    assert 'the organization "Müller\'s <Labs>" at Core & Söhne, with' in mail.text
    assert "Müller&#39;s &lt;Labs&gt;" in mail.html


@pytest.mark.parametrize(("role", "said"), [("viewer", "„Nur Lesen“"), ("editor", "„editor“")])
def test_a_role_is_translated_where_it_is_one_of_ours(
    templates: MailTemplates, role: str, said: str
) -> None:
    mail = templates.render("accounts/invitation", "de", sample("invitation") | {"role": role})

    assert said in mail.text


def test_nothing_is_loaded_from_elsewhere(templates: MailTemplates) -> None:
    for name in NAMES:
        tags = Page(templates.render(f"accounts/{name}", "en", sample(name))).tags
        assert not {"img", "link", "script", "table", "iframe"} & set(tags)


@pytest.mark.parametrize(
    "name", ["accounts/unknown", "accounts/../accounts/verify_email", "layout", "", "accounts"]
)
def test_there_is_no_other_template(templates: MailTemplates, name: str) -> None:
    with pytest.raises(KeyError):
        templates.render(name, "en", SAMPLES)


def test_a_paragraph_is_one_line_however_it_was_written(tmp_path: Path) -> None:
    templates = folder(tmp_path, "Hello\nyou\n \n One\n  paragraph\n\n\n[Go]\n\nTwo\n")

    mail = templates.render("tests/mail", "en", {"product": "Core", "link": "https://x.example"})

    assert mail.subject == "Hello you"
    assert paragraphs(mail) == ["One paragraph", "Go:\nhttps://x.example", "Two", "-- \nCore"]


@pytest.mark.parametrize("words", ["{{ product.upper() }}", "{{ product.__class__ }}"])
def test_a_template_reaches_no_attribute(tmp_path: Path, words: str) -> None:
    templates = folder(tmp_path, f"Subject\n\n{words}\n")

    with pytest.raises(SecurityError):
        templates.render("tests/mail", "en", {"product": "Core"})


@pytest.mark.parametrize("words", ["{{ range(9) }}", "{{ lipsum() }}"])
def test_a_template_calls_no_function(tmp_path: Path, words: str) -> None:
    templates = folder(tmp_path, f"Subject\n\n{words}\n")

    with pytest.raises(KeyError):
        templates.render("tests/mail", "en", {"product": "Core"})


def folder(path: Path, source: str) -> MailTemplates:
    (path / "tests").mkdir()
    (path / "tests" / "mail.en.txt").write_text(source, encoding="utf-8")
    (path / "layout.html").write_text((FOLDER / "layout.html").read_text())
    return MailTemplates(path)
