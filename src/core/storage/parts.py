"""How a large file is cut."""

from math import ceil

from core.models import Model
from core.storage import constants


class PartPlan(Model):
    """`count` parts of `size` bytes each, but for the last one."""

    total: int
    size: int
    count: int

    def length(self, number: int) -> int:
        """Return how many bytes the part has; parts count from 1."""
        return self.size if number < self.count else self.total - self.size * (self.count - 1)

    def has(self, number: int) -> bool:
        return 1 <= number <= self.count


def plan(total: int) -> PartPlan:
    """Cut a file of at least one byte so that S3 takes it: 10,000 parts, 5 MiB and more each."""
    least = ceil(total / constants.PART_COUNT_AIM)
    size = max(constants.PART_LEAST, ceil(least / constants.MIB) * constants.MIB)
    return PartPlan(total=total, size=size, count=max(1, ceil(total / size)))
