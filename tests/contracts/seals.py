"""What every adapter of Seals must do. `sealing` makes one from SECRET_KEYS, newest first."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ports import Seals

OLD, NEW, FOREIGN = ("the old key " * 4, "the new key " * 4, "a foreign key " * 4)
BYTES = st.binary(max_size=40)


class SealsContract:
    def sealing(self, *keys: str) -> Seals:
        raise NotImplementedError

    @given(BYTES)
    def test_a_token_opens_for_its_purpose_alone(self, payload: bytes) -> None:
        seals = self.sealing(NEW)
        token = seals.seal("one", payload)

        assert seals.unseal("one", token) == payload
        assert seals.unseal("two", token) is None
        assert seals.seal("one", payload) == token

    @given(BYTES, st.data())
    def test_a_token_with_any_bit_flipped_is_none_of_ours(
        self, payload: bytes, data: st.DataObject
    ) -> None:
        seals = self.sealing(NEW)
        token = seals.seal("one", payload)
        raw = bytearray(urlsafe_b64decode(token + "=="))
        bit = data.draw(st.integers(0, len(raw) * 8 - 1))
        raw[bit // 8] ^= 1 << bit % 8

        assert seals.unseal("one", urlsafe_b64encode(raw).rstrip(b"=").decode()) is None

    @given(BYTES, st.data())
    def test_a_token_is_written_in_one_way(self, payload: bytes, data: st.DataObject) -> None:
        seals = self.sealing(NEW)
        token = seals.seal("one", payload)
        at = data.draw(st.integers(0, len(token)))
        stray = data.draw(st.text("AZaz09-_+/=. \n", min_size=1, max_size=3))
        end = data.draw(st.integers(at, len(token)))
        other = token[:at] + stray + token[end:]

        assert (seals.unseal("one", other) is None) == (other != token)

    @given(st.text(max_size=120))
    def test_no_text_breaks_it(self, text: str) -> None:
        assert self.sealing(NEW).unseal("one", text) is None

    @given(BYTES)
    def test_old_keys_open_what_they_sealed_and_new_ones_seal(self, payload: bytes) -> None:
        before, after = self.sealing(OLD), self.sealing(NEW, OLD)

        assert after.unseal("one", before.seal("one", payload)) == payload
        assert before.unseal("one", after.seal("one", payload)) is None
        assert self.sealing(FOREIGN).unseal("one", before.seal("one", payload)) is None

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_a_fingerprint_tells_equal_values_apart_from_others(self, a: str, b: str) -> None:
        seals = self.sealing(NEW)

        assert (seals.fingerprint("one", a) == seals.fingerprint("one", b)) == (a == b)
        assert seals.fingerprint("one", a) != seals.fingerprint("two", a)
        assert seals.fingerprint("one", a) != self.sealing(OLD).fingerprint("one", a)

    def test_a_fingerprint_does_not_tell_the_value(self) -> None:
        seals = self.sealing(NEW)

        assert "ada" not in seals.fingerprint("one", "ada")
        assert len(seals.fingerprint("one", "ada" * 100)) == len(seals.fingerprint("one", ""))

    @given(BYTES)
    def test_a_code_is_six_digits_and_matches_what_it_was_made_for_alone(
        self, payload: bytes
    ) -> None:
        seals = self.sealing(NEW)
        code = seals.code("one", payload)

        assert re.fullmatch(r"[0-9]{6}", code)
        assert seals.code("one", payload) == code
        assert seals.matches_code("one", payload, code)
        assert seals.matches_code("two", payload, code) == (seals.code("two", payload) == code)
        other = seals.code("one", payload + b"x")
        assert seals.matches_code("one", payload, other) == (other == code)

    @given(BYTES, st.text(max_size=20))
    def test_no_other_text_is_the_code(self, payload: bytes, text: str) -> None:
        seals = self.sealing(NEW)

        assert seals.matches_code("one", payload, text) == (seals.code("one", payload) == text)

    @given(BYTES)
    def test_codes_of_old_keys_match_and_new_ones_make_them(self, payload: bytes) -> None:
        before, after, foreign = self.sealing(OLD), self.sealing(NEW, OLD), self.sealing(FOREIGN)
        old, new = before.code("one", payload), after.code("one", payload)

        assert after.matches_code("one", payload, old)
        assert after.matches_code("one", payload, new)
        assert new == self.sealing(NEW).code("one", payload)
        assert before.matches_code("one", payload, new) == (old == new)
        assert foreign.matches_code("one", payload, new) == (foreign.code("one", payload) == new)

    def test_codes_are_spread_evenly(self) -> None:
        seals = self.sealing(NEW)
        codes = [seals.code("one", number.to_bytes(4)) for number in range(2000)]

        assert len(set(codes)) > 1990
        assert {code[0] for code in codes} == set("0123456789")

    def test_there_must_be_a_key(self) -> None:
        with pytest.raises(ValueError, match="key"):
            self.sealing()
