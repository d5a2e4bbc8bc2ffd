"""An ASGI application behind a real server, and requests whose every byte a test chooses."""

import socket
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import uvicorn


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: dict[str, str]
    body: str


class AppServer:
    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(app, port=0, log_level="critical", lifespan="on", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self) -> "AppServer":
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()

    def send(self, path: str, *lines: str, method: str = "GET", body: str = "") -> RawAnswer:
        """Lines are Latin-1."""
        head = [f"{method} {path} HTTP/1.1", "Host: a", "Connection: close", *lines]
        if body:
            head.append(f"Content-Length: {len(body)}")
        data = "\r\n".join([*head, "", body]).encode("latin-1")
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(data)
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
        return _parse(received.decode("latin-1"))


def _parse(text: str) -> RawAnswer:
    head, _, body = text.partition("\r\n\r\n")
    status, *fields = head.split("\r\n")
    headers = {}
    for field in fields:
        name, _, value = field.partition(":")
        headers[name.lower()] = value.strip()
    return RawAnswer(int(status.split(" ")[1]), headers, body)
