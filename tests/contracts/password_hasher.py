"""What every adapter of PasswordHasher must do."""

import pytest
from pydantic import SecretStr

from core.accounts.ports import PasswordHasher
from tests.factories import PASSWORD


class PasswordHasherContract:
    outdated: str
    """A hash that was made with other parameters than today's."""

    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        raise NotImplementedError

    @pytest.mark.parametrize("password", [PASSWORD, "pässwörd 日本語 🔑", " ", "a" * 256])
    async def test_a_password_matches_its_hash_and_no_other(
        self, hasher: PasswordHasher, password: str
    ) -> None:
        made = await hasher.hash(SecretStr(password))

        assert await hasher.verify(SecretStr(password), made)
        for other in (f"{password} ", password[:-1], password.swapcase() + "x"):
            assert not await hasher.verify(SecretStr(other), made)

    async def test_nothing_matches_no_hash(self, hasher: PasswordHasher) -> None:
        assert not await hasher.verify(SecretStr(""), None)
        assert not await hasher.verify(SecretStr(PASSWORD), None)

    async def test_nothing_matches_what_is_no_hash(self, hasher: PasswordHasher) -> None:
        assert not await hasher.verify(SecretStr(PASSWORD), "")
        assert not await hasher.verify(SecretStr(PASSWORD), PASSWORD)

    async def test_a_fresh_hash_is_not_outdated(self, hasher: PasswordHasher) -> None:
        assert not hasher.outdated(await hasher.hash(SecretStr(PASSWORD)))

    async def test_one_with_other_parameters_is(self, hasher: PasswordHasher) -> None:
        assert hasher.outdated(self.outdated)
