"""A revocation feed over real HTTP, which says what a test tells it to say."""

import json
from collections.abc import Iterable
from queue import Empty, Queue
from typing import Any

from web_server import Exchange

ISSUER = "https://auth.example.com/api/auth"
REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
Event = dict[str, Any]


def session_event(sid: str) -> Event:
    subject = {"format": "complex", "session": {"format": "opaque", "id": sid}}
    return {"iss": ISSUER, "sub_id": subject, "events": {REVOKED: {}}}


def snapshot(cursor: str, *events: Event, complete: bool = True) -> bytes:
    body = {"cursor": cursor, "complete": complete, "now": 0, "events": events}
    return json.dumps(body).encode()


def frame(event: str, cursor: str, data: bytes) -> bytes:
    return f"id: {cursor}\nevent: {event}\ndata: ".encode() + data + b"\n\n"


class Stream:
    """One connection that a listener made."""

    def __init__(self, exchange: Exchange) -> None:
        self.request = exchange.headers
        self.path = exchange.path
        self._lines: Queue[bytes | None] = Queue()

    def send(self, data: bytes) -> None:
        self._lines.put(data)

    def snapshot(self, cursor: str, *events: Event, complete: bool = True) -> None:
        self.send(frame("snapshot", cursor, snapshot(cursor, *events, complete=complete)))

    def revoke(self, cursor: str, sid: str) -> None:
        self.send(frame("revocation", cursor, json.dumps(session_event(sid)).encode()))

    def heartbeat(self, cursor: str) -> None:
        self.send(frame("heartbeat", cursor, b'{"now":0}'))

    def end(self) -> None:
        self._lines.put(None)

    def chunks(self) -> Iterable[bytes]:
        while True:
            chunk = self._lines.get(timeout=20)
            if chunk is None:
                return
            yield chunk


class FeedServer:
    """Answers as a stream, one `Stream` of `streams` for each connection."""

    def __init__(self) -> None:
        self.streams: Queue[Stream] = Queue()
        self.open: list[Stream] = []
        #: Cursor of a snapshot that every stream begins with, by itself.
        self.greeting = ""

    def __call__(self, exchange: Exchange) -> None:
        stream = Stream(exchange)
        self.open.append(stream)
        if self.greeting:
            stream.snapshot(self.greeting)
        self.streams.put(stream)
        exchange.send_response(200)
        exchange.send_header("Content-Type", "text/event-stream; charset=utf-8")
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        for chunk in stream.chunks():
            exchange.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        exchange.wfile.write(b"0\r\n\r\n")
        exchange.close_connection = True

    def next_stream(self) -> Stream:
        return self.streams.get(timeout=20)

    def has_no_other(self, seconds: float = 0.02) -> bool:
        try:
            self.streams.get(timeout=seconds)
        except Empty:
            return True
        return False

    def end_all(self) -> None:
        for stream in self.open:
            stream.end()
