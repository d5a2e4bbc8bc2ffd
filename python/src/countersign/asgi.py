"""Middleware for any ASGI application: `app.add_middleware(CountersignMiddleware, verifier=…)`."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from countersign.authentication import authenticate
from countersign.problem import RefusedError, Reply, reply_of
from countersign.verifier import Verifier

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class CountersignMiddleware:
    """Lets requests with a good bearer token pass and sets `request.state.user`.

    Any other is answered as a problem (RFC 9457). Requests for a `public` path pass unseen, without
    a user: `"/health"` is one path, `"/docs/*"` all below it. Put CORS around it, not inside: the
    preflight of a browser has no token.
    """

    def __init__(self, app: App, *, verifier: Verifier, public: Iterable[str] = ()) -> None:
        self.app = app
        self._verifier = verifier
        paths = [public] if isinstance(public, str) else list(public)
        if not all(path.startswith("/") for path in paths):
            raise ValueError('each path of "public" begins with a slash')
        self._paths = frozenset(path for path in paths if not path.endswith("/*"))
        self._folders = tuple(path[:-1] for path in paths if path.endswith("/*"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one connection of a WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            user = None
            if not self._is_public(scope):
                user = await authenticate(scope, self._verifier)
                if user is None:
                    raise RefusedError("missing_token")
            scope.setdefault("state", {})["user"] = user
            scope["countersign"] = self._verifier
        except RefusedError as error:
            await _send(reply_of(error), scope, send)
            return
        await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer also what a dependency refuses, where nobody else does."""
        has_started = False

        async def watched_send(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except RefusedError as error:
            if has_started:
                raise
            await _send(reply_of(error), scope, send)

    def _is_public(self, scope: Scope) -> bool:
        path: str = scope["path"]
        root: str = scope.get("root_path", "")
        if root and path.startswith(f"{root}/"):
            path = path[len(root) :]
        if path in self._paths:
            return True
        return path.startswith(self._folders) and ".." not in path.split("/")


async def _send(reply: Reply, scope: Scope, send: Send) -> None:
    headers = {**reply.headers, "Content-Length": str(len(reply.body))}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    kind = "http.response"
    if scope["type"] == "websocket":
        kind = "websocket.http.response"
        if kind not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
    await send({"type": f"{kind}.start", "status": reply.status, "headers": raw})
    await send({"type": f"{kind}.body", "body": reply.body})
