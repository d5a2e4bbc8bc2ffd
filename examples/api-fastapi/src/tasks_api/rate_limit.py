"""How often one user may ask."""

import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from tasks_api.problems import ProblemError


class RateLimit:
    """Counts in this process: several behind a balancer need another storage of `limits`."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def take(self, user_id: str) -> None:
        """Count a request. Refuses with 429 `rate_limited` and a time to retry."""
        if await self._limiter.hit(self._item, user_id):
            return
        window = await self._limiter.get_window_stats(self._item, user_id)
        raise ProblemError("rate_limited", retry_after_seconds=window.reset_time - time.time())
