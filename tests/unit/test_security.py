"""The contracts of the ports that keep secrets, kept by the adapters there are."""

import asyncio
import re
from datetime import datetime
from typing import override

import pyotp
import pytest
from argon2 import PasswordHasher as Argon2
from pydantic import SecretStr

from adapters import memory
from adapters.security import Argon2Hasher, CommonPasswords, Seals, SecretBox, SecretKeys, Totp
from core.accounts.ports import PasswordHasher
from core.exceptions import Overloaded
from core.telemetry import NullMetrics
from tests.contracts.common_passwords import CommonPasswordsContract
from tests.contracts.password_hasher import PasswordHasherContract
from tests.contracts.seals import SealsContract
from tests.contracts.secret_box import SecretBoxContract
from tests.contracts.totp import TotpContract
from tests.factories import PASSWORD

CHEAP = 8
"""KiB of memory: a test need not be slow to be right."""


class TestSeals(SealsContract):
    @override
    def sealing(self, *keys: str) -> Seals:
        return Seals(SecretKeys(keys))


class TestSecretBox(SecretBoxContract):
    @override
    def boxing(self, *keys: str) -> SecretBox:
        return SecretBox(SecretKeys(keys))


class TestTotp(TotpContract):
    @override
    def made(self) -> Totp:
        return Totp()

    @override
    def code(self, secret: str, at: datetime) -> str:
        return pyotp.TOTP(secret).at(at)


class TestCommonPasswords(CommonPasswordsContract):
    list = CommonPasswords()

    @override
    def known(self) -> CommonPasswords:
        return self.list


class TestPlainHasher(PasswordHasherContract):
    outdated = "$argon2id$something"

    @override
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return memory.PlainHasher()


class Counting(NullMetrics):
    """Counts the hashes that were made."""

    def __init__(self) -> None:
        self.hashes = 0

    @override
    def observe(self, name: str, /, value_seconds: float, **labels: str | int) -> None:
        self.hashes += name == "password_hash_duration_seconds"


class TestArgon2Hasher(PasswordHasherContract):
    outdated = Argon2(time_cost=1, memory_cost=16, parallelism=1).hash("")

    @pytest.fixture
    def counting(self) -> Counting:
        return Counting()

    @override
    @pytest.fixture
    def hasher(self, counting: Counting) -> PasswordHasher:
        return Argon2Hasher(counting, slots=1, memory_kib=CHEAP)

    async def test_no_hash_costs_what_a_wrong_password_costs(
        self, hasher: PasswordHasher, counting: Counting
    ) -> None:
        made = await hasher.hash(SecretStr(PASSWORD))
        costs = []
        for against in (made, None):
            before = counting.hashes
            await hasher.verify(SecretStr("wrong"), against)
            costs.append(counting.hashes - before)

        assert costs == [1, 1]

    async def test_the_parameters_are_those_that_owasp_asks_for(self) -> None:
        made = await Argon2Hasher(NullMetrics(), slots=1).hash(SecretStr(PASSWORD))

        assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", made)

    async def test_whoever_comes_when_too_many_wait_is_told_to_come_back(
        self, hasher: PasswordHasher
    ) -> None:
        async def ask(_: int) -> str:
            return await hasher.hash(SecretStr(PASSWORD))

        results = await asyncio.gather(*map(ask, range(60)), return_exceptions=True)

        refused = [one for one in results if isinstance(one, Overloaded)]
        assert len(refused) == 60 - 41
        assert all(one.retry_after for one in refused)
        assert await ask(0)
