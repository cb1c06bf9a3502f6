from typing import override

from core.storage import ports
from core.storage.models import StoreRule


class NoRules(ports.StoreRules):
    """A folder is told nothing: all that would be a rule of a bucket is code of ours."""

    @override
    async def all(self) -> list[StoreRule]:
        return []

    @override
    async def apply(self) -> list[StoreRule]:
        return []
