"""FastAPI: `install(app, verifier)` once, then `user: CurrentUser` where a user is needed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, FastAPI
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from countersign.asgi import CountersignMiddleware
from countersign.authentication import assert_role, assert_roles, authenticate
from countersign.identity import Identity
from countersign.problem import RefusedError, reply_of
from countersign.revocations import StalePolicy
from countersign.verifier import Verifier

__all__ = [
    "Authenticated",
    "CountersignMiddleware",
    "CurrentUser",
    "OptionalUser",
    "RefusedError",
    "install",
    "require_fresh",
    "require_role",
]


def install(app: FastAPI, verifier: Verifier) -> None:
    """Give an application its verifier, and answers to requests that do not pass.

    The verifier compares secrets when the application starts, and listens for revocations while it
    runs. A mounted application is one of its own.
    """
    app.state.countersign = verifier
    app.add_exception_handler(RefusedError, _answer)  # type: ignore[arg-type]
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        if verifier.exits_on_mismatch:
            await asyncio.to_thread(verifier.check_secrets)
        verifier.start()
        try:
            async with inner(running) as state:
                yield state
        finally:
            verifier.close()

    app.router.lifespan_context = lifespan


class Authenticated(SecurityBase):
    """A dependency that is the identity in a good bearer token; any other request is refused.

    `when_stale` replaces the policy of the verifier for a route:
    `Annotated[Identity, Depends(Authenticated(when_stale="closed"))]`.
    """

    def __init__(self, *, when_stale: StalePolicy | None = None) -> None:
        self.model = HTTPBearerModel(bearerFormat="JWT", description="An access token")
        self.scheme_name = "countersign"
        self._when_stale = when_stale

    async def __call__(self, connection: HTTPConnection) -> Identity:
        """Verify the token of a request."""
        identity = await self.find(connection)
        if identity is None:
            raise RefusedError("missing_token")
        return identity

    async def find(self, connection: HTTPConnection) -> Identity | None:
        """Do the same, but without a complaint where there are no credentials."""
        verifier = _verifier_of(connection)
        return await authenticate(connection.scope, verifier, when_stale=self._when_stale)


class _Optional(Authenticated):
    async def __call__(self, connection: HTTPConnection) -> Identity | None:  # type: ignore[override]
        return await self.find(connection)


class _Role(Authenticated):
    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__()
        assert_roles(roles)
        self._roles = roles

    async def __call__(self, connection: HTTPConnection) -> Identity:
        identity = await super().__call__(connection)
        assert_role(identity, self._roles)
        return identity


#: The user of a request, who must be signed in.
CurrentUser: TypeAlias = Annotated[Identity, Depends(Authenticated())]

#: The user of a request, or nobody. A bad token is still refused.
OptionalUser: TypeAlias = Annotated[Identity | None, Depends(_Optional())]

#: A dependency for routes that need a live revocation feed: a stale verifier asks the issuer, or
#: answers 503. `dependencies=[Depends(require_fresh)]`
require_fresh = Authenticated(when_stale="introspect")


def require_role(*roles: str) -> Authenticated:
    """Make a dependency that is an identity with any of the roles: there is no hierarchy.

    `dependencies=[Depends(require_role("admin"))]`. Others are answered 403 `insufficient_role`.
    """
    return _Role(roles)


def _verifier_of(connection: HTTPConnection) -> Verifier:
    verifier = connection.scope.get("countersign")
    if verifier is None:
        verifier = getattr(connection.app.state, "countersign", None)
    if not isinstance(verifier, Verifier):
        raise TypeError("countersign.fastapi.install(app, verifier) was not called for this app")
    return verifier


async def _answer(connection: Any, error: Exception) -> Response | None:
    if not isinstance(error, RefusedError):
        raise error
    reply = reply_of(error)
    response = Response(reply.body, reply.status, reply.headers)
    if not isinstance(connection, WebSocket):
        return response
    if "websocket.http.response" in connection.scope.get("extensions", {}):
        await connection.send_denial_response(response)
    else:
        await connection.close(1008)
    return None
