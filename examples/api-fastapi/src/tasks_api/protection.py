"""What surrounds every answer: security headers, CORS and the limit on bodies."""

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks_api.problems import ProblemError

MAX_BODY_BYTES = 64 * 1024

#: For answers that are data, never a page, and that belong to one user.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Pages of other origins read us through CORS.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=15552000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def protect(app: FastAPI, *, allowed_origins: tuple[str, ...]) -> None:
    """Surround an application. The last one that is added is the first to see a request.

    CORS lets pages of exactly these origins read the answers. No credentials: the token travels in
    a header that only the page itself can set, so there is no cookie to abuse.
    """
    app.add_middleware(_BodyLimit)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(allowed_origins),
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["WWW-Authenticate", "Retry-After"],
        max_age=600,
    )
    app.add_middleware(_SecureAnswers)


class _SecureAnswers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_secured)


class _BodyLimit:
    """Answers 413 to a body that announces too much; `json_body` counts the others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            length = Headers(scope=scope).get("content-length", "0")
            if length.isdecimal() and int(length) > MAX_BODY_BYTES:
                await ProblemError("payload_too_large").to_response()(scope, receive, send)
                return
        await self._app(scope, receive, send)
