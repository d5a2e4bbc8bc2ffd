"""What a listener of the revocation feed knows, and whether it is up to date. It does no I/O.

`spec/vectors/feed.json` says what it must make of what arrives.
"""

import re
from collections.abc import Callable
from typing import Literal

from countersign.deny_list import DenyList
from countersign.event_parser import StreamFrame
from countersign.json_object import read_object
from countersign.protocol import FEED_STALE_SECONDS
from countersign.revocation_event import Snapshot, read_event, read_snapshot

# An id is sent back in a header: visible ASCII, and not endless.
_CURSOR = re.compile(r"[\x21-\x7e]{1,256}")
_PRUNE_SECONDS = 60


class FeedListener:
    """A listener that knows nothing yet. One thread tells it, any thread may ask it."""

    def __init__(
        self, *, issuer: str, keep_seconds: float, max_entries: int, now: Callable[[], float]
    ) -> None:
        self._issuer = issuer
        self._now = now
        self.denied = DenyList(keep_seconds=keep_seconds, now=now, max_entries=max_entries)
        # Whether a complete snapshot was ever heard, and whether this connection has sent its own.
        self._has_base = False
        self._has_begun = False
        self._last_frame = float("-inf")
        #: Where to resume.
        self.cursor: str | None = None

    @property
    def state(self) -> Literal["live", "stale"]:
        """`live` from the first snapshot on, while the last frame is at most 15 s old."""
        return "live" if self.lag_seconds <= FEED_STALE_SECONDS else "stale"

    @property
    def lag_seconds(self) -> float:
        """Age of the last frame that counted; infinite before the first snapshot.

        A clock that was set back makes that frame lie ahead, which is as bad as an old one.
        """
        return abs(self._now() - self._last_frame)

    def frame(self, frame: StreamFrame) -> bool:
        """Hear a frame; tell whether it could be read and its connection had begun."""
        cursor = self._read(frame)
        return cursor is not None and self._count(frame.id or cursor)

    def answer(self, body: str) -> bool:
        """Hear the body of a long poll's answer; tell whether it counted."""
        snapshot = read_snapshot(body, self._issuer)
        if snapshot is None:
            return False
        self._apply(snapshot)
        return self._count(snapshot.cursor)

    def disconnect(self) -> None:
        """Note that the connection ended: the next one begins with a snapshot."""
        self._has_begun = False

    def _read(self, frame: StreamFrame) -> str | None:
        """Take in a frame; return the cursor in it, `None` if it could not be read."""
        if frame.event == "revocation":
            revocations = read_event(read_object(frame.data), self._issuer)
            self.denied.add(revocations)
            return "" if revocations else None
        if frame.event == "snapshot":
            snapshot = read_snapshot(frame.data, self._issuer)
            if snapshot is None:
                return None
            self._apply(snapshot)
            return snapshot.cursor
        beat = read_object(frame.data) if frame.event == "heartbeat" else None
        if beat is None:
            return None
        cursor = beat.get("cursor")
        return cursor if isinstance(cursor, str) else ""

    def _apply(self, snapshot: Snapshot) -> None:
        if snapshot.complete:
            self.denied.replace(snapshot.revocations)
        else:
            self.denied.add(snapshot.revocations)
        self._has_base = self._has_base or snapshot.complete
        self._has_begun = self._has_base

    def _count(self, cursor: str) -> bool:
        """Whether the connection has begun; then it is up to date as far as `cursor`."""
        if not self._has_begun:
            return False
        if cursor:
            self.cursor = cursor if _CURSOR.fullmatch(cursor) else None
        self._last_frame = self._now()
        self.denied.prune(every_seconds=_PRUNE_SECONDS)
        return True
