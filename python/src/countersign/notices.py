"""What the operator should hear of, at most once a minute for each code."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

NoticeCode: TypeAlias = Literal[
    "key_mismatch",
    "jwks_unavailable",
    "metadata_unavailable",
    "also_ended",
    "feed_stale",
    "feed_live",
]

_INTERVAL_SECONDS = 60
_logger = logging.getLogger("countersign")


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning. It names no token and no secret.

    - `key_mismatch`: a token was signed with another shared secret than ours, or the issuer says so
    - `jwks_unavailable`: the key set could not be loaded; the last good one stays in use
    - `metadata_unavailable`: nothing is known of the issuer's secrets, so they were not compared
    - `also_ended`: tokens by the keys of `also` are refused from now on
    - `feed_stale`, `feed_live`: the revocation feed fell silent, and is back
    """

    code: NoticeCode
    message: str
    cause: BaseException | None = None


Listener: TypeAlias = Callable[[Notice], None]


class Notices:
    """Tells a listener of each code at most once a minute."""

    def __init__(self, listener: Listener | None, now: Callable[[], float]) -> None:
        self._listener = listener or log_notice
        self._now = now
        self._quiet_until: dict[str, float] = {}

    def tell(self, code: NoticeCode, message: str, cause: BaseException | None = None) -> None:
        """Pass a notice on, unless its code was heard of within the last minute."""
        time = self._now()
        if time < self._quiet_until.get(code, 0):
            return
        self._quiet_until[code] = time + _INTERVAL_SECONDS
        self._listener(Notice(code, message, cause))


def log_notice(notice: Notice) -> None:
    """Write one line to the logger `countersign`."""
    _logger.warning("%s: %s", notice.code, notice.message)
