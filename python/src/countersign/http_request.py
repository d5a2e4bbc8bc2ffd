"""HTTP with one deadline for everything, no redirects, and bodies of a bounded size."""

import http.client
import io
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import SplitResult, urlsplit

Connection = http.client.HTTPConnection


class Deadline:
    """An instant after which reading fails, however many bytes trickle in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def renew(self) -> None:
        """Start the time anew."""
        self._end = time.monotonic() + self._seconds

    def remaining(self) -> float:
        """Seconds that are left; `TimeoutError` if none are."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the server took too long")
        return seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. `headers` may hold a credential: it goes to the host of `url` and no other."""

    url: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes | None = None


def is_http_url(url: object) -> bool:
    """Whether a text is an http or https address without credentials."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else SplitResult("", "", "", "", "")
        has_place = parts.hostname is not None and parts.port != 0
    except ValueError:
        return False
    return has_place and parts.scheme in ("http", "https") and "@" not in parts.netloc


def send(request: Request, *, timeout_seconds: float, max_bytes: int) -> Answer:
    """Make a request and read its answer whole. Raises `OSError` or `HTTPException`."""
    connection, response = open_response(request, Deadline(timeout_seconds))
    try:
        body = response.read(max_bytes + 1)
        if len(body) > max_bytes:
            raise OSError(f"the answer has more than {max_bytes} bytes")
        return Answer(response.status, response.headers, body)
    finally:
        response.close()
        connection.close()


def open_response(
    request: Request, deadline: Deadline
) -> tuple[Connection, http.client.HTTPResponse]:
    """Make a request and read the head of its answer; whoever calls closes both."""
    parts = urlsplit(request.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else Connection
    connection = kind(parts.hostname or "", parts.port, timeout=deadline.remaining())
    try:
        connection.connect()
        connection.sock = _TimedSocket(connection.sock, deadline)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(request.method, target, request.body, dict(request.headers))
        return connection, connection.getresponse()
    except BaseException:
        connection.close()
        raise


class _TimedSocket:
    """A socket whose every operation ends at the deadline: what `http.client` uses of one."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline
        self._is_read = False

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._deadline.remaining())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        self._is_read = True
        return io.BufferedReader(_TimedReader(self._sock, self._deadline))

    def close(self) -> None:
        """The connection is closed before the answer is read, where it serves one answer only."""
        if not self._is_read:
            self._sock.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        self._sock.settimeout(self._deadline.remaining())
        return self._sock.recv_into(buffer)

    def close(self) -> None:
        super().close()
        self._sock.close()
