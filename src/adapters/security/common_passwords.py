from functools import cached_property
from typing import override

from core.accounts import ports


class CommonPasswords(ports.CommonPasswords):
    """The 30,000 most used passwords of zxcvbn's list, also with digits behind or written twice."""

    @override
    def contains(self, password: str) -> bool:
        plain = password.casefold()
        trimmed = plain.strip("0123456789!?.*#$@-_ ")
        half = plain[: len(plain) // 2]
        repeated = half if half * 2 == plain else plain
        return any(word in self._known for word in (plain, trimmed, repeated))

    @cached_property
    def _known(self) -> frozenset[str]:
        from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - slow, rarely needed

        return frozenset(FREQUENCY_LISTS["passwords"])
