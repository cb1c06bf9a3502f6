"""What every adapter of SecretBox must do. `boxing` makes one from SECRET_KEYS, newest first."""

from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ports import SecretBox
from tests.contracts.seals import FOREIGN, NEW, OLD

ALPHABET = f"{ascii_letters}{digits}-_".encode()


class SecretBoxContract:
    def boxing(self, *keys: str) -> SecretBox:
        raise NotImplementedError

    @given(st.binary(max_size=200))
    def test_what_was_encrypted_is_decrypted(self, secret: bytes) -> None:
        box = self.boxing(NEW)

        assert box.decrypt(box.encrypt(secret)) == secret

    def test_a_box_tells_nothing(self) -> None:
        box = self.boxing(NEW)

        assert b"a secret" not in box.encrypt(b"a secret")
        assert box.encrypt(b"a secret") != box.encrypt(b"a secret")

    def test_old_keys_decrypt_and_new_ones_encrypt(self) -> None:
        before, after = self.boxing(OLD), self.boxing(NEW, OLD)

        assert after.decrypt(before.encrypt(b"a secret")) == b"a secret"
        for stranger in (before, self.boxing(FOREIGN)):
            with pytest.raises(ValueError, match="SECRET_KEYS"):
                stranger.decrypt(after.encrypt(b"a secret"))

    def test_a_renewed_box_needs_the_old_key_no_more(self) -> None:
        before, after = self.boxing(OLD), self.boxing(NEW, OLD)

        renewed = after.renew(before.encrypt(b"a secret"))

        assert self.boxing(NEW).decrypt(renewed) == b"a secret"
        with pytest.raises(ValueError, match="SECRET_KEYS"):
            self.boxing(FOREIGN).renew(renewed)

    @given(st.binary(max_size=100))
    def test_nothing_else_is_decrypted(self, box: bytes) -> None:
        with pytest.raises(ValueError, match="SECRET_KEYS"):
            self.boxing(NEW).decrypt(box)

    @given(st.integers(0, 96), st.integers(1, 63))
    def test_a_box_that_was_touched_is_not_decrypted(self, at: int, by: int) -> None:
        box = self.boxing(NEW)
        touched = bytearray(box.encrypt(b"a secret"))
        touched[at] = ALPHABET[(ALPHABET.index(touched[at]) + by) % 64]

        with pytest.raises(ValueError, match="SECRET_KEYS"):
            box.decrypt(bytes(touched))
