from typing import override

from pydantic import SecretStr

from core.accounts import ports


class PlainHasher(ports.PasswordHasher):
    """Hashes nothing, so that a unit test takes no time. Counts what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    @override
    async def hash(self, password: SecretStr) -> str:
        self.asked += 1
        return f"plain:{password.get_secret_value()}"

    @override
    async def verify(self, password: SecretStr, password_hash: str | None) -> bool:
        self.asked += 1
        return password_hash == f"plain:{password.get_secret_value()}"

    @override
    def outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith("plain:")
