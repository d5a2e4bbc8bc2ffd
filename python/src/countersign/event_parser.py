"""Frames in the bytes of an event stream (WHATWG HTML section 9.2.6)."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class StreamFrame:
    """One frame. `id` is the last id that the stream gave, or empty."""

    event: str
    id: str
    data: str


class EventParser:
    """Reads one stream, however its bytes are cut.

    `max_length` is that of a line and of the data of a frame, in characters.
    """

    def __init__(self, *, max_length: int) -> None:
        self._max_length = max_length
        # It drops one byte-order mark at the start, as the specification asks.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._partial = ""
        self._ended_in_cr = False
        self._event = ""
        self._id = ""
        self._data: list[str] = []
        self._length = 0

    def push(self, chunk: bytes) -> list[StreamFrame]:
        """Read on; `ValueError` once a frame is longer than it may be: give the stream up then."""
        text = self._decoder.decode(chunk)
        frames = [frame for line in self._lines_in(text) for frame in self._read(line)]
        self._check_length(len(self._partial))
        return frames

    def _lines_in(self, text: str) -> Iterator[str]:
        if text == "":
            return
        # The LF of a CR LF that was cut in two.
        start = 1 if self._ended_in_cr and text[0] == "\n" else 0
        for end in _LINE_END.finditer(text, start):
            yield self._partial + text[start : end.start()]
            self._partial = ""
            start = end.end()
        self._partial += text[start:]
        self._ended_in_cr = text[-1] == "\r"

    def _read(self, line: str) -> Iterator[StreamFrame]:
        if line == "":
            yield from self._dispatch()
            return
        name, _, value = line.partition(":")
        self._field(name, value.removeprefix(" "))

    def _field(self, name: str, value: str) -> None:
        if name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "data":
            self._data.append(value)
            self._length += len(value) + 1
            self._check_length(self._length)

    def _dispatch(self) -> Iterator[StreamFrame]:
        if self._data:
            yield StreamFrame(self._event or "message", self._id, "\n".join(self._data))
        self._event, self._data, self._length = "", [], 0

    def _check_length(self, length: int) -> None:
        if length > self._max_length:
            raise ValueError(f"a frame of the feed has more than {self._max_length} characters")
