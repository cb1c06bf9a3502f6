"""Rules that hold for whatever comes: found out by trying much."""

import re
from base64 import urlsafe_b64encode
from contextlib import suppress
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from adapters.security import CommonPasswords
from core.accounts import constants, exceptions, policies, schemas
from core.accounts.mfa import recovery
from core.accounts.mfa.schemas import ConfirmTotp
from core.exceptions import InvalidCursor
from core.models import Model, Page, PageRequest, Patch
from settings import Settings, UnsafeSettings, check, problems
from tests import factories

COMMON = CommonPasswords()
SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){1,62}")
WORDS = ("ada.lovelace@example.com", "Ada Lovelace", "Core API")


class Row(Model):
    id: UUID


def weaknesses(password: str, *context: str) -> list[str]:
    """Return why a password is refused; nothing if it is not."""
    weak = None
    try:
        policies.check_password(SecretStr(password), COMMON, *context, pointer="#/password")
    except exceptions.WeakPassword as error:
        weak = error
    if weak is None:
        return []
    assert {error.pointer for error in weak.errors} == {"#/password"}
    assert [error.code for error in weak.errors] == weak.members["reasons"]
    return [error.code for error in weak.errors]


# --- Passwords ------------------------------------------------------------------------------------


@given(st.text(st.characters(), max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_a_password_or_a_weak_one(text: str, context: list[str]) -> None:
    reasons = weaknesses(text, *context)

    assert ("too_short" in reasons) is (len(text) < 12)
    assert ("too_long" in reasons) is (len(text) > 256)
    assert set(reasons) <= {"too_short", "too_long", "common", "context_word"}


@given(
    st.lists(
        st.sampled_from(
            ["lovelace", "example", "ada.lovelace@example.com", "Core API", "CoreAPI", "CORE"]
        ),
        min_size=2,
    ),
    st.sampled_from(["", "-", " ", "1"]),
)
def test_a_password_made_of_context_words_is_weak(words: list[str], glue: str) -> None:
    password = glue.join(words[:5])

    assert weaknesses(password, *WORDS)


@given(st.sampled_from(WORDS), st.sampled_from([str.upper, str.title, str.swapcase]))
def test_the_case_of_a_context_word_does_not_hide_it(word: str, written: Any) -> None:
    assert weaknesses(written(word) * 2, *WORDS)


@given(
    st.text("abcdefghijkmnopqrstuvwxyz23456789", min_size=24, max_size=256).filter(
        lambda text: len(set(text)) >= 8
    )
)
def test_a_long_password_of_ones_own_is_accepted(password: str) -> None:
    assert weaknesses(password, *WORDS) == []


def test_a_context_word_among_ones_own_does_no_harm() -> None:
    assert weaknesses("a few words of my own, and Core API", *WORDS) == []


@given(st.text("ab ", min_size=12, max_size=256))
def test_a_password_of_few_different_characters_is_weak(password: str) -> None:
    assert weaknesses(password) == ["common"]


# --- What is made of what people type -------------------------------------------------------------


@given(st.text(st.characters(), max_size=300))
def test_every_name_makes_a_slug(name: str) -> None:
    assert SLUG.fullmatch(policies.slugify(name))


@given(st.text(st.characters(), max_size=300))
def test_a_slug_with_an_ending_of_its_own_is_a_slug_that_may_be_asked_for(name: str) -> None:
    ending = factories.new_id().hex[-6:]
    slug = f"{policies.slugify(name)}-{ending}"

    assert schemas.CreateOrganization(name="A", slug=slug).slug == slug
    policies.check_slug(slug)


@given(st.emails())
def test_an_address_is_the_same_in_whatever_case_it_is_written(email: str) -> None:
    with suppress(ValidationError):
        one = schemas.ResendVerification(email=email).email

        assert schemas.ResendVerification(email=one.upper()).email == one == one.lower()
        assert factories.user(email=one.upper()).email == one


@given(st.ip_addresses())
def test_every_address_lies_in_a_network(ip: Any) -> None:
    network = policies.network(str(ip))

    assert network.endswith("/24" if ip.version == 4 else "/56")
    assert policies.network(network.partition("/")[0]) == network


@pytest.mark.parametrize("ip", ["fe80::1%eth0", "::ffff:192.0.2.7"])
def test_also_a_peculiar_one(ip: str) -> None:
    assert policies.network(ip).endswith("/56")


def test_who_comes_from_nowhere_is_in_no_network() -> None:
    assert policies.network(None) == ""


# --- Pages ----------------------------------------------------------------------------------------


@given(st.integers(0, 30), st.integers(1, 10))
def test_pages_make_the_whole_list(count: int, limit: int) -> None:
    rows = [Row(id=factories.new_id()) for _ in range(count)][::-1]
    pages: list[Page[Row]] = []
    request: PageRequest | None = PageRequest(limit=limit)
    while request is not None:
        window = request.window()
        left = [row for row in rows if window["before"] is None or row.id < window["before"]]
        page = request.page(left[: window["limit"]], lambda row: row.id)
        pages.append(page)
        more = page.next_cursor
        request = PageRequest(limit=limit, cursor=more) if more else None

    assert [row for page in pages for row in page.items] == rows
    assert all(len(page.items) == limit for page in pages[:-1])
    assert len(pages) == max(1, -(-count // limit))


@given(st.uuids())
def test_a_cursor_comes_back_as_what_it_was_made_of(key: UUID) -> None:
    page = PageRequest(limit=1).page([Row(id=key), Row(id=key)], lambda row: row.id)

    assert PageRequest(cursor=page.next_cursor).window()["before"] == key


@given(
    st.text(st.characters(codec="utf-8"), max_size=100)
    | st.binary(max_size=60).map(urlsafe_b64encode)
)
def test_a_cursor_is_ours_or_refused(cursor: str | bytes) -> None:
    text = cursor if isinstance(cursor, str) else cursor.decode()
    with suppress(InvalidCursor, ValidationError):
        assert isinstance(PageRequest(cursor=text[:100]).window()["before"], UUID)


# --- Models ---------------------------------------------------------------------------------------


class Changes(Patch):
    nullable = frozenset({"name"})

    name: str | None = None
    size: int | None = None


@given(st.dictionaries(st.sampled_from(["name", "size"]), st.none() | st.integers(0, 9)))
def test_a_patch_changes_what_it_names_and_empties_what_may_be_empty(
    given_: dict[str, Any],
) -> None:
    wanted = {
        name: str(value) if name == "name" and value is not None else value
        for name, value in given_.items()
    }
    try:
        assert Changes.model_validate(wanted).changes() == wanted
    except ValidationError:
        assert wanted["size"] is None


def test_what_is_evolved_is_checked_like_anything_else() -> None:
    ada = factories.user()

    assert ada.evolve(display_name="Ada").display_name == "Ada"
    for wrong in ({"status": "gone"}, {"nothing": 1}, {"created_at": "yesterday"}):
        with pytest.raises(ValidationError):
            ada.evolve(**wrong)
    with pytest.raises(ValidationError):
        ada.email = "other"  # type: ignore[misc]


def test_each_permission_belongs_to_known_roles_and_an_owner_may_do_everything() -> None:
    names = {permission.name for permission in constants.PERMISSIONS}

    assert all(one.roles <= set(constants.SYSTEM_ROLES) for one in constants.PERMISSIONS)
    assert policies.permissions_of(constants.OWNER, constants.PERMISSIONS) == names
    assert policies.permissions_of(None, constants.PERMISSIONS) == frozenset()
    assert policies.permissions_of("emperor", constants.PERMISSIONS) == frozenset()


@pytest.mark.parametrize("wrong", ["a", "-a", "a-", "a--b", "A", "ä", "a" * 64, "a.b", ""])
def test_what_is_no_slug_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        schemas.CreateOrganization(name="A", slug=wrong)


def test_a_lone_surrogate_is_no_password() -> None:
    with pytest.raises(ValidationError):
        schemas.Reauthenticate(password=SecretStr("\ud800" * 12))


def test_an_invitation_is_open_until_it_is_answered_or_runs_out() -> None:
    made = factories.invitation(factories.organization())

    assert made.open(factories.NOW)
    assert not made.open(made.expires_at)
    assert not made.evolve(status="declined").open(factories.NOW)


# --- Settings -------------------------------------------------------------------------------------

STRONG = "0123456789abcdefghijklmnopqrstuvwxyz"
SAFE: dict[str, Any] = {
    "environment": "production",
    "database_url": "postgresql://core_app@db/core",
    "mail_url": "smtps://mail.example.com",
    "secret_keys": STRONG,
    "public_url": "https://api.example.com",
    "app_url": "https://app.example.com",
    "s3_bucket": "files",
}
UNSAFE: dict[str, tuple[Any, str]] = {
    "database_url": (None, "CORE_DATABASE_URL"),
    "mail_url": ("file:", "CORE_MAIL_URL"),
    "secret_keys": ("short", "CORE_SECRET_KEYS"),
    "public_url": ("http://api.example.com", "CORE_PUBLIC_URL"),
    "app_url": ("http://app.example.com", "CORE_APP_URL"),
    "s3_bucket": (None, "CORE_S3_BUCKET"),
    "email_test_domains": (True, "CORE_EMAIL_TEST_DOMAINS"),
    "outbound_loopback": (True, "CORE_OUTBOUND_LOOPBACK"),
}


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **(SAFE | changes))


@given(st.sets(st.sampled_from(sorted(UNSAFE)), min_size=1))
def test_production_is_told_everything_unsafe_at_once(names: set[str]) -> None:
    unsafe = settings(**{name: UNSAFE[name][0] for name in names})

    with pytest.raises(UnsafeSettings) as refused:
        check(unsafe)

    _, *lines = str(refused.value).splitlines()
    assert len(lines) == len(names)
    for name in UNSAFE:
        assert any(UNSAFE[name][1] in line for line in lines) is (name in names)


@pytest.mark.parametrize("weak", ["", "x" * 40, "abcabcabc" * 10, f"{STRONG},weak"])
def test_a_weak_key_among_strong_ones_is_unsafe(weak: str) -> None:
    assert problems(settings(secret_keys=weak))


def test_what_is_safe_passes_and_development_is_told_nothing() -> None:
    check(settings())
    for names in combinations(UNSAFE, 2):
        unsafe = {name: UNSAFE[name][0] for name in names}
        check(settings(environment="development", **unsafe))


# --- Codes ----------------------------------------------------------------------------------------


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=10, max_size=10), st.data())
def test_a_recovery_code_is_the_same_however_it_is_typed(code: str, data: st.DataObject) -> None:
    blanks = st.sampled_from(["", "-", " ", " - ", "\t"])
    typed = "".join(
        data.draw(blanks) + (one.lower() if data.draw(st.booleans()) else one) for one in code
    )

    read = ConfirmTotp(code=SecretStr(typed)).code

    assert recovery.as_kept(read).get_secret_value() == code


@given(st.text(max_size=64))
def test_any_text_may_be_typed_as_a_code(text: str) -> None:
    read = ConfirmTotp(code=SecretStr(text)).code.get_secret_value()

    assert not re.search(r"[\s-]", read)
    assert read == re.sub(r"[\s-]", "", text)
