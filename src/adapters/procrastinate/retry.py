import random
from typing import Final, override

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from core.exceptions import Invalid

ATTEMPTS: Final = 12
LONGEST_WAIT: Final = 3600


class Backoff(BaseRetryStrategy):
    """Wait 2, 4, 8... seconds with jitter, an hour at most; what can never work is not retried."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, Invalid) or job.attempts >= ATTEMPTS:
            return None
        wait = min(2 ** (job.attempts + 1), LONGEST_WAIT)
        seconds = round(wait * random.uniform(0.5, 1))  # noqa: S311 - it spreads load
        return RetryDecision(retry_in={"seconds": seconds})
