"""One connection to the revocation feed, from its request to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from countersign.event_parser import EventParser
from countersign.feed_listener import FeedListener
from countersign.http_request import Deadline, OpenAnswer, Request, open_answer

# A snapshot of 10 000 events has about 5 MB.
_MAX_FRAME_LENGTH = 32 * 1024 * 1024
# Shorter than the time after which a listener is stale.
_WAIT_SECONDS = 10


@dataclass(slots=True)
class Outcome:
    """How a connection went.

    `heard`: a frame counted. `opened`: the server answered with a stream. `answered`: it answered
    with a whole snapshot, though a stream may have been asked for.
    """

    heard: bool = False
    opened: bool = False
    answered: bool = False
    cause: Exception | None = None

    @property
    def is_better_polled(self) -> bool:
        """A stream that opens and stays silent may be held back by a proxy; answers get through."""
        is_held_back = self.opened and not self.heard and isinstance(self.cause, TimeoutError)
        return is_held_back or (self.heard and self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """Where the feed is, and the whole value of the header that opens it."""

    url: str
    authorization: str


class FeedConnection:
    """Asks for what happened since the cursor of a listener, and tells it.

    Without a frame that counts for `timeout_seconds` the connection is dead.
    """

    def __init__(
        self, address: FeedAddress, listener: FeedListener, *, timeout_seconds: float
    ) -> None:
        self._address = address
        self._listener = listener
        self._timeout_seconds = timeout_seconds
        self._answer: OpenAnswer | None = None
        self._is_interrupted = False

    def listen(self, *, polling: bool, on_heard: Callable[[], None]) -> Outcome:
        """Listen until the connection ends, for whatever reason. Never raises."""
        outcome = Outcome()
        deadline = Deadline(self._timeout_seconds)
        try:
            request = self._request(polling=polling)
            self._answer = open_answer(request, deadline)
            try:
                self._read(self._answer, outcome, deadline, on_heard)
            finally:
                self._answer.close()
        except Exception as error:  # A server may do anything; the feed goes on.
            outcome.cause = error
        finally:
            self._answer = None
            self._listener.disconnect()
        return outcome

    def interrupt(self) -> None:
        """End it from another thread."""
        self._is_interrupted = True
        answer = self._answer
        if answer is not None:
            answer.interrupt()

    def abandon(self) -> None:
        """Let go of it in a process that was forked from the one that listens."""
        if self._answer is not None:
            self._answer.abandon()

    def _request(self, *, polling: bool) -> Request:
        cursor, url = self._listener.cursor, self._address.url
        headers = {"Authorization": self._address.authorization}
        if not polling:
            headers["Accept"] = "text/event-stream, application/json;q=0.5"
            if cursor:
                headers["Last-Event-ID"] = cursor
            return Request(url=url, headers=headers)
        headers["Accept"] = "application/json"
        if cursor:
            headers["Prefer"] = f"wait={_WAIT_SECONDS}"
            url += f"{'&' if '?' in url else '?'}since={quote(cursor, safe='')}"
        return Request(url=url, headers=headers)

    def _read(
        self, answer: OpenAnswer, outcome: Outcome, deadline: Deadline, on_heard: Callable[[], None]
    ) -> None:
        def hear(*, counted: bool) -> None:
            if counted:
                outcome.heard = True
                deadline.renew()
                on_heard()

        if answer.status != 200:
            raise OSError(f"the feed was answered with status {answer.status}")
        if answer.headers.get_content_type() == "text/event-stream":
            outcome.opened = True
            parser = EventParser(max_length=_MAX_FRAME_LENGTH)
            while not self._is_interrupted and (chunk := answer.read_some()):
                for frame in parser.push(chunk):
                    hear(counted=self._listener.frame(frame))
            raise OSError("the feed ended")
        outcome.answered = True
        body = answer.read_all(_MAX_FRAME_LENGTH).decode("utf-8")
        hear(counted=self._listener.answer(body))
        if not outcome.heard:
            raise ValueError("the answer of the feed cannot be used")
