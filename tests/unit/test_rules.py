"""Rules that hold for whatever comes: found out by trying much."""

import re
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from adapters.security import CommonPasswords, Seals, SecretBox, SecretKeys
from bootstrap import Settings, UnsafeSettings
from core.accounts import exceptions, policies
from core.exceptions import InvalidCursor
from core.models import Model, PageRequest
from tests import factories

COMMON = CommonPasswords()
KEYS = SecretKeys(("a" * 40,))


class Row(Model):
    id: UUID


@given(st.text(max_size=300))
def test_any_text_is_a_password_or_a_weak_one(text: str) -> None:
    weak = False
    try:
        policies.check_password(SecretStr(text), COMMON, "ada@example.com", pointer="#/password")
    except exceptions.WeakPassword:
        weak = True

    assert weak or 12 <= len(text) <= 256


@given(st.sampled_from(["ada.lovelace@example.com", "Core API"]), st.integers(1, 4))
def test_a_password_made_of_context_words_is_weak(word: str, times: int) -> None:
    with pytest.raises(exceptions.WeakPassword):
        policies.check_password(SecretStr(word * times), COMMON, word, pointer="#/password")


@given(st.text(max_size=300))
def test_every_name_makes_a_slug(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9](-?[a-z0-9]){1,62}", policies.slugify(name))


@given(st.binary(max_size=40), st.data())
def test_a_seal_with_any_bit_turned_is_none_of_ours(payload: bytes, data: st.DataObject) -> None:
    seals = Seals(KEYS)
    token = seals.seal("one", payload)
    at = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda one: one != token[at]))

    assert seals.unseal("one", token) == payload
    assert seals.unseal("two", token) is None
    assert seals.unseal("one", token[:at] + other + token[at + 1 :]) is None


@given(st.text(max_size=120))
def test_no_text_breaks_a_seal(text: str) -> None:
    assert Seals(KEYS).unseal("one", text) is None


@given(st.binary(max_size=100))
def test_old_keys_open_what_they_closed(secret: bytes) -> None:
    rotated = SecretKeys(("b" * 40, "a" * 40))
    token, box = Seals(KEYS).seal("one", secret), SecretBox(KEYS).encrypt(secret)

    assert Seals(rotated).unseal("one", token) == secret
    assert SecretBox(rotated).decrypt(box) == secret
    with pytest.raises(ValueError, match="SECRET_KEYS"):
        SecretBox(SecretKeys(("c" * 40,))).decrypt(box)


@given(st.integers(0, 30), st.integers(1, 10))
def test_pages_make_the_whole_list(count: int, limit: int) -> None:
    rows = [Row(id=factories.new_id()) for _ in range(count)][::-1]
    seen: list[Row] = []
    request = PageRequest(limit=limit)
    while True:
        window = request.window()
        left = [row for row in rows if window["before"] is None or row.id < window["before"]]
        page = request.page(left[: window["limit"]], lambda row: row.id)
        seen += page.items
        if page.next_cursor is None:
            break
        request = PageRequest(limit=limit, cursor=page.next_cursor)

    assert seen == rows


@given(st.text(max_size=100))
def test_a_cursor_is_ours_or_refused(text: str) -> None:
    with suppress(InvalidCursor):
        PageRequest(cursor=text).window()


def test_production_is_told_everything_unsafe_at_once() -> None:
    settings = Settings(_env_file=None, environment="production")

    with pytest.raises(UnsafeSettings) as refused:
        settings.check()

    assert str(refused.value).count("\n- ") + 1 == 4
