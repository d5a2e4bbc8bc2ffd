"""HTTP with one deadline for everything, no redirects, and bodies of a bounded size."""

import http.client
import io
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from urllib.parse import SplitResult, urlsplit

Connection = http.client.HTTPConnection
_CHUNK_BYTES = 65_536


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


class OpenAnswer:
    """An answer whose body is still to be read. Whoever opened it closes it."""

    def __init__(self, connection: Connection, sock: socket.socket) -> None:
        self._connection = connection
        self._sock = sock
        self._response = connection.getresponse()
        self.status = self._response.status
        self.headers: Message = self._response.headers

    def read_some(self) -> bytes:
        """Read what has arrived, or wait for more; empty at the end."""
        return self._response.read1(_CHUNK_BYTES)

    def read_all(self, max_bytes: int) -> bytes:
        """Read to the end; `OSError` if that is too far."""
        body = self._response.read(max_bytes + 1)
        if len(body) > max_bytes:
            raise OSError(f"the answer has more than {max_bytes} bytes")
        return body

    def interrupt(self) -> None:
        """End the reading of another thread."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def abandon(self) -> None:
        """Let go of a connection that another process goes on using."""
        self._sock.close()

    def close(self) -> None:
        """End the connection."""
        self._response.close()
        self._connection.close()


def send(request: Request, *, timeout_seconds: float, max_bytes: int) -> Answer:
    """Make a request and read its answer whole. Raises `OSError` or `HTTPException`."""
    answer = open_answer(request, Deadline(timeout_seconds))
    try:
        return Answer(answer.status, answer.headers, answer.read_all(max_bytes))
    finally:
        answer.close()


def open_answer(request: Request, deadline: Deadline) -> OpenAnswer:
    """Make a request and read the head of its answer. Raises `OSError` or `HTTPException`."""
    parts = urlsplit(request.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else Connection
    connection = kind(parts.hostname or "", parts.port, timeout=deadline.remaining())
    try:
        connection.connect()
        sock = connection.sock
        connection.sock = _TimedSocket(sock, deadline)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(request.method, target, request.body, dict(request.headers))
        return OpenAnswer(connection, sock)
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
