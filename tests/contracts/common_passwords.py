"""What every adapter of CommonPasswords must do."""

import secrets

import pytest

from core.accounts.ports import CommonPasswords


class CommonPasswordsContract:
    def known(self) -> CommonPasswords:
        raise NotImplementedError

    @pytest.mark.parametrize(
        "password",
        [
            "password",
            "PassWord",
            "qwertyuiop",
            "password123",
            "iloveyou!",
            "football2024",
            "dragon",
        ],
    )
    def test_what_everybody_tries_first_is_known(self, password: str) -> None:
        assert self.known().contains(password)

    def test_something_common_written_twice_is_known(self) -> None:
        assert self.known().contains("letmeinletmein")

    @pytest.mark.parametrize("password", ["", "correct horse battery staple", "ÄÖÜ ẞ İ 日本語"])
    def test_what_nobody_tries_is_not(self, password: str) -> None:
        assert not self.known().contains(password)

    def test_nothing_random_is(self) -> None:
        known = self.known()

        assert not any(known.contains(secrets.token_urlsafe(16)) for _ in range(200))
