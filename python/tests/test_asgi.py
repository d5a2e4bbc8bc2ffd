import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request

from app_server import AppServer
from countersign.fastapi import CountersignMiddleware, CurrentUser, require_role
from countersign.testing import FakeAuth

auth = FakeAuth()
verifier = auth.verifier()


def application() -> FastAPI:
    app = FastAPI()
    public = ["/health", "/docs/*"]
    app.add_middleware(CountersignMiddleware, verifier=verifier, public=public)

    @app.get("/me")
    async def me(request: Request, user: CurrentUser) -> dict[str, bool]:
        return {"same": request.state.user is user}

    @app.get("/admin", dependencies=[Depends(require_role("admin"))])
    async def admin() -> dict[str, bool]:
        return {"admin": True}

    @app.get("/health")
    @app.get("/docs/{page}")
    async def health(request: Request) -> dict[str, Any]:
        return {"user": request.state.user}

    return app


@pytest.fixture(scope="module")
def server() -> Iterator[AppServer]:
    with AppServer(application()) as running:
        yield running


def bearer(**claims: Any) -> str:
    return f"Authorization: Bearer {auth.token(**claims)}"


def test_sets_the_user_of_a_request(server: AppServer) -> None:
    assert server.send("/me", bearer()).body == '{"same":true}'


@pytest.mark.parametrize(
    "path", ["/me", "/nothing", "/health/", "/healthy", "/docs", "/docs/../me"]
)
def test_lets_nobody_else_in(server: AppServer, path: str) -> None:
    answer = server.send(path)

    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["code"] == "missing_token"


@pytest.mark.parametrize("path", ["/health", "/docs/a", "/health?x=1"])
def test_does_not_look_at_what_is_public(server: AppServer, path: str) -> None:
    assert server.send(path, "Authorization: Bearer bad").body == '{"user":null}'


def test_answers_what_a_dependency_refuses(server: AppServer) -> None:
    answer = server.send("/admin", bearer())

    assert answer.status == 403
    assert json.loads(answer.body)["code"] == "insufficient_role"
    assert server.send("/admin", bearer(role="admin")).body == '{"admin":true}'


def test_refuses_a_public_path_that_is_none() -> None:
    with pytest.raises(ValueError, match="public"):
        CountersignMiddleware(application(), verifier=verifier, public=["health"])


@pytest.mark.parametrize(
    ("extensions", "sent"),
    [
        ({}, ["websocket.close"]),
        (
            {"websocket.http.response": {}},
            ["websocket.http.response.start", "websocket.http.response.body"],
        ),
    ],
)
def test_refuses_a_websocket_before_it_opens(extensions: Any, sent: list[str]) -> None:
    messages: list[Any] = []

    async def app(*_: Any) -> None:
        raise AssertionError("it was let in")

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is awaited")

    scope = {
        "type": "websocket",
        "path": "/me",
        "headers": [],
        "query_string": b"",
        "extensions": extensions,
    }
    asyncio.run(CountersignMiddleware(app, verifier=verifier)(scope, receive, send))

    assert [message["type"] for message in messages] == sent


def test_finds_public_paths_below_the_root_of_the_application() -> None:
    passed: list[str] = []

    async def app(scope: Any, *_: Any) -> None:
        passed.append(scope["path"])

    middleware = CountersignMiddleware(app, verifier=verifier, public=["/health"])
    scope = {"type": "http", "path": "/v1/health", "root_path": "/v1"}
    asyncio.run(middleware(scope, None, None))  # type: ignore[arg-type]

    assert passed == ["/v1/health"]
