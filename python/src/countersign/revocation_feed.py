"""Listens to the revocation feed: connects, resumes, gives up on silence, tries again."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Literal, Protocol

from countersign.feed_connection import FeedAddress, FeedConnection, Outcome
from countersign.feed_listener import FeedListener
from countersign.forks import renew_after_fork
from countersign.notices import Notices
from countersign.protocol import FEED_STALE_SECONDS

_MIN_RETRY_SECONDS = 0.5
_MAX_RETRY_SECONDS = 10.0
# A server that answers long polls at once is not asked more often than this.
_MIN_POLL_SECONDS = 0.5
_STOP_SECONDS = 1


class FeedStatus(Protocol):
    """How well a verifier knows what was revoked."""

    @property
    def state(self) -> Literal["live", "stale"]:
        """`stale` before the first snapshot, and when the last frame is older than 15 s."""

    @property
    def lag_ms(self) -> float:
        """Age of the last frame in milliseconds; infinite before the first snapshot."""


def jittered_back_off(failures: int) -> float:
    """Seconds until the next attempt.

    0.5 to 1 s after a good connection, up to 10 s after failures, never in step with others.
    """
    longest = min(_MAX_RETRY_SECONDS, 2 * _MIN_RETRY_SECONDS * 2 ** min(failures, 10))
    return random.uniform(_MIN_RETRY_SECONDS, longest)  # noqa: S311


class RevocationFeed:
    """A thread that listens, from `start` to `close`. It keeps no process alive.

    A forked process has no such thread: it starts one of its own when it verifies a token.
    """

    def __init__(
        self,
        address: FeedAddress,
        listener: FeedListener,
        *,
        notices: Notices,
        always_polls: bool = False,
        back_off: Callable[[int], float] = jittered_back_off,
        timeout_seconds: float = FEED_STALE_SECONDS,
    ) -> None:
        self._address = address
        self._listener = listener
        self._notices = notices
        self._always_polls = always_polls
        self._back_off = back_off
        self._timeout_seconds = timeout_seconds
        self._told: str | None = None
        self._connection: FeedConnection | None = None
        self.is_closed = False
        self._renew()
        renew_after_fork(self)

    def _renew(self) -> None:
        self._lock = Lock()
        self._heard = Event()
        self._closing = Event()
        self._thread: Thread | None = None
        self.is_started = False

    def after_fork(self) -> None:
        """Note that the thread, and its connection, belong to another process."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.abandon()
            self._connection = None
        self._renew()

    @property
    def state(self) -> Literal["live", "stale"]:
        """`stale` before the first snapshot, after `close`, and after 15 s of silence."""
        return "stale" if self.is_closed else self._listener.state

    @property
    def lag_ms(self) -> float:
        """Age of the last frame in milliseconds; infinite before the first snapshot."""
        return self._listener.lag_seconds * 1000

    def denies(self, *, sub: str, sid: str, ver: int) -> bool:
        """Whether a token was revoked, as far as is known."""
        return self._listener.denied.denies(sub=sub, sid=sid, ver=ver)

    def start(self) -> None:
        """Listen, unless that is happening already."""
        with self._lock:
            if self.is_started:
                return
            if self._thread is not None:
                # It was told to stop, and may not yet have told the listener so.
                self._thread.join(_STOP_SECONDS)
            self.is_closed = False
            self._closing = Event()
            self._heard = Event()
            self.is_started = True
            args = (self._closing, self._heard)
            name = "countersign-feed"
            self._thread = Thread(target=self._run, args=args, name=name, daemon=True)
            self._thread.start()

    def wait_until_live(self, timeout_seconds: float) -> bool:
        """Wait for the first frame that counts."""
        return self.state == "live" or self._heard.wait(timeout_seconds)

    def close(self) -> None:
        """Stop listening. `start` would begin again."""
        with self._lock:
            self._closing.set()
            self.is_closed = True
            self.is_started = False
            connection = self._connection
        if connection is not None:
            connection.interrupt()

    def _run(self, closing: Event, heard: Event) -> None:
        def on_heard() -> None:
            self._note(None)
            heard.set()

        polling = self._always_polls
        failures = 0
        while not closing.is_set():
            start = time.monotonic()
            outcome = self._listen(closing, on_heard, polling=polling)
            if closing.is_set():
                return
            self._note(outcome.cause)
            failures = 0 if outcome.heard else failures + 1
            polling = self._always_polls or outcome.is_better_polled
            is_answer = outcome.heard and outcome.answered
            rest = _MIN_POLL_SECONDS - (time.monotonic() - start)
            closing.wait(max(0.0, rest if is_answer else self._back_off(failures)))

    def _listen(self, closing: Event, on_heard: Callable[[], None], *, polling: bool) -> Outcome:
        connection = FeedConnection(
            self._address, self._listener, timeout_seconds=self._timeout_seconds
        )
        with self._lock:
            self._connection = connection
        if closing.is_set():
            connection.interrupt()
        return connection.listen(polling=polling, on_heard=on_heard)

    def _note(self, cause: Exception | None) -> None:
        """Tell when the feed falls silent and when it is back, once each."""
        state, told = self._listener.state, self._told
        is_start = told is None and cause is None and state == "stale"
        if state == told or is_start:
            return
        self._told = state
        if state == "stale":
            message = f"the revocation feed at {self._address.url} is silent"
            self._notices.tell("feed_stale", message, cause)
        elif told == "stale":
            message = f"the revocation feed at {self._address.url} is live again"
            self._notices.tell("feed_live", message)
