"""The promises of the adapters in `packages/verify/test/adapter-contract.ts`, over real HTTP."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, WebSocket
from fastapi.middleware.cors import CORSMiddleware

from app_server import AppServer, RawAnswer
from countersign import Identity
from countersign.fastapi import (
    Authenticated,
    CurrentUser,
    OptionalUser,
    install,
    require_fresh,
    require_role,
)
from countersign.testing import FakeAuth, FakeFeed

SECRET = "countersign-test-secret-0123456789abcdef"
OTHER = "another-test-secret-that-is-long-enough!"
auth = FakeAuth(secret=SECRET)
good = auth.token()
header, payload, signature = good.split(".")
none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")

MISSING = (401, "missing_token", "Bearer")
INVALID = (401, "invalid_token", 'Bearer error="invalid_token"')
EXPIRED = (401, "token_expired", 'Bearer error="invalid_token"')
MALFORMED = (400, "invalid_request", 'Bearer error="invalid_request"')
WRONG_ROLE = (403, "insufficient_role", 'Bearer error="insufficient_scope"')
UNAVAILABLE = (503, "service_unavailable", None)

feed = FakeFeed()


def application() -> FastAPI:
    app = FastAPI()
    install(app, auth.verifier(feed=feed))
    app.add_middleware(CORSMiddleware, allow_origins=["https://web.example.com"])

    @app.get("/me")
    async def me(user: CurrentUser) -> dict[str, str | None]:
        return {"id": user.user_id}

    @app.get("/sync")
    def sync(user: CurrentUser) -> dict[str, str | None]:
        return {"id": user.user_id}

    @app.get("/whole")
    async def whole(user: CurrentUser) -> Identity:
        return user

    @app.get("/maybe")
    async def maybe(user: OptionalUser) -> dict[str, str | None]:
        return {"id": user.user_id if user else None}

    @app.get("/closed")
    async def closed(
        user: Annotated[Identity, Depends(Authenticated(when_stale="closed"))],
    ) -> dict[str, str | None]:
        return {"id": user.user_id}

    @app.get("/admin", dependencies=[Depends(require_role("admin", "owner"))])
    async def admin(user: CurrentUser) -> dict[str, str | None]:
        return {"id": user.user_id}

    @app.get("/fresh", dependencies=[Depends(require_fresh)])
    async def fresh() -> dict[str, str | None]:
        return {"id": "fresh"}

    @app.websocket("/socket")
    async def socket(connection: WebSocket, user: CurrentUser) -> None:
        await connection.accept()
        await connection.send_text(user.user_id)

    return app


@pytest.fixture(scope="module")
def server() -> Iterator[AppServer]:
    with AppServer(application()) as running:
        yield running


@pytest.fixture(autouse=True)
def _live_feed() -> Iterator[None]:
    yield
    feed.active = None
    feed.come_back()


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}"


def outcome(answer: RawAnswer) -> tuple[int, str | None, str | None]:
    code = json.loads(answer.body).get("code")
    return (answer.status, code, answer.headers.get("www-authenticate"))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("path", ["/me", "/me?page=2&q=%20", "/sync", "/maybe"])
def test_passes_a_good_token(server: AppServer, path: str, scheme: str) -> None:
    answer = server.send(path, f"authorization: {scheme} {good}")

    assert (answer.status, answer.body) == (200, '{"id":"user-1"}')


def test_returns_an_identity_as_json(server: AppServer) -> None:
    whole = json.loads(server.send("/whole", bearer(good)).body)

    assert whole["user_id"] == whole["claims"]["sub"] == "user-1"


def test_asks_for_credentials_without_a_code_where_there_are_none(server: AppServer) -> None:
    answer = server.send("/me")

    assert outcome(answer) == MISSING
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.body) == {
        "type": "urn:countersign:error:missing_token",
        "title": "Authentication is required",
        "status": 401,
        "code": "missing_token",
    }


@pytest.mark.parametrize(
    "lines",
    [
        ["Authorization:"],
        ["Authorization:  \t "],
        ["Authorization: Basic dXNlcjpwYXNz"],
        ['Authorization: Digest username="a", realm="b"'],
        ['Authorization: Digest username="Bearer x"'],
        ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic dTpw"],
        [f"Authorization: BearerX {good}"],
        [f"Authorization: Bearer: {good}"],
        [f"Authorization: Bearer={good}"],
        [f'Authorization: "Bearer {good}"'],
        [f"Authorization: Bearer{good}"],
        [f"Authorization: {good}"],
        [f"Authorization: DPoP {good}"],
        [f"Cookie: access_token={good}; token={good}; Authorization={good}"],
        [f"Cookie: Authorization=Bearer {good}"],
        [f"Proxy-Authorization: Bearer {good}"],
        [f"X-Authorization: Bearer {good}", f"X-Access-Token: {good}"],
    ],
)
def test_counts_as_no_credentials(server: AppServer, lines: list[str]) -> None:
    assert outcome(server.send("/me", *lines)) == MISSING
    assert server.send("/maybe", *lines).body == '{"id":null}'


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "Bearer %%",
        "Bearer %E0%A4%A",
        "Bearer undefined",
        'Bearer {"token":1}',
        "Bearer .",
        "Bearer ..",
        "Bearer " + "." * 4000,
        f"Bearer {good} {good}",
        f"Bearer Bearer {good}",
        f"Bearer  {good}",
        f"Bearer\t{good}",
        f"Bearer\xa0{good}",
        f"Bearer {good}\xa0",
        f'Bearer "{good}"',
        f'Bearer token="{good}"',
        f"Bearer {good};v=1",
        f"Bearer {good}=",
        "Bearer \xe4\xf6\xfc\xff",
        f"Bearer {good}\xe9",
        "Bearer " + "A" * 9000,
        f"Bearer {good}.{signature}",
        f"Bearer {header}.{payload}",
        f"Bearer {header}.{payload}.",
        f"Bearer {none}.{payload}.",
        f"Bearer {good[:-4]}AAAA",
        f"Bearer {FakeAuth(secret=OTHER).token()}",
        f"Bearer {auth.token(aud='other-api')}",
        f"Bearer {auth.token(iss='https://x.example')}",
    ],
)
def test_refuses_as_invalid(server: AppServer, value: str) -> None:
    assert outcome(server.send("/me", f"Authorization: {value}")) == INVALID
    assert outcome(server.send("/maybe", f"Authorization: {value}")) == INVALID


@pytest.mark.parametrize(
    "lines",
    [
        [bearer(good), bearer(good)],
        ["Authorization:", bearer(good)],
        [bearer(good), "Authorization:"],
        ["Authorization: Bearer bad", bearer(good)],
        ["Authorization: Basic dTpw", bearer(good)],
        [bearer(good), "Authorization: Basic dTpw"],
        [f"AUTHORIZATION: Bearer {good}", f"authorization: Bearer {good}"],
        ["Authorization: Basic dTpw", "Authorization: Basic dTpw", bearer(good)],
        [f"Authorization: Bearer {good}, Bearer {good}"],
        [f"Authorization: Bearer {good},bearer {good}"],
        [f"Authorization: Basic dTpw, Bearer {good}"],
        [f"Authorization: Bearer {good},"],
        [f"Authorization: , Bearer {good}"],
    ],
)
def test_refuses_several_credentials(server: AppServer, lines: list[str]) -> None:
    assert outcome(server.send("/me", *lines)) == MALFORMED


@pytest.mark.parametrize(
    "path",
    [
        "/me?access_token=x",
        "/me?access_token",
        "/me?page=2&access%5Ftoken=x",
        "/maybe?access_token=x",
    ],
)
def test_refuses_a_token_in_the_query(server: AppServer, path: str) -> None:
    assert outcome(server.send(path)) == MALFORMED
    assert outcome(server.send(path, bearer(good))) == MALFORMED


def test_tells_an_expired_token_from_a_forged_one(server: AppServer) -> None:
    assert outcome(server.send("/me", bearer(auth.token(lifetime_seconds=-1)))) == EXPIRED


def test_repeats_nothing_of_what_it_refused(server: AppServer) -> None:
    assert "canary" not in server.send("/me", "Authorization: Bearer private-canary").body


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_passes_a_role(server: AppServer, role: str) -> None:
    assert server.send("/admin", bearer(auth.token(role=role))).body == '{"id":"user-1"}'


@pytest.mark.parametrize("role", ["user", "Admin", "administrator", "admin "])
def test_refuses_a_role(server: AppServer, role: str) -> None:
    answer = server.send("/admin", bearer(auth.token(role=role)))

    assert outcome(answer) == WRONG_ROLE
    assert answer.headers["cache-control"] == "no-store"


def test_asks_for_credentials_before_it_looks_at_roles(server: AppServer) -> None:
    assert outcome(server.send("/admin")) == MISSING
    assert outcome(server.send("/admin", "Authorization: Bearer bad")) == INVALID


@pytest.mark.parametrize("roles", [(), ("",), ("user,admin",), (None,)])
def test_needs_roles_that_a_token_can_carry(roles: Any) -> None:
    with pytest.raises(ValueError, match="require_role"):
        require_role(*roles)


def test_leaves_the_policy_of_a_stale_feed_to_the_verifier_or_the_route(
    server: AppServer,
) -> None:
    assert server.send("/closed", bearer(good)).status == 200

    feed.fall_silent()

    assert server.send("/me", bearer(good)).status == 200
    refused = server.send("/closed", bearer(good))
    assert outcome(refused) == UNAVAILABLE
    assert refused.headers["retry-after"] == "5"


def test_has_a_fresh_route_ask_while_the_feed_is_stale(server: AppServer) -> None:
    assert server.send("/fresh", bearer(good)).status == 200
    feed.fall_silent()

    answers = []
    for active in (True, False, None):
        feed.active = active
        answers.append(server.send("/fresh", bearer(good)))

    assert answers[0].status == 200
    assert [outcome(answer) for answer in answers[1:]] == [INVALID, UNAVAILABLE]
    assert outcome(server.send("/fresh")) == MISSING


def test_refuses_a_revoked_token(server: AppServer) -> None:
    token = auth.token(session_id="ended")
    assert server.send("/me", bearer(token)).status == 200

    feed.revoke_session("ended")

    assert outcome(server.send("/me", bearer(token))) == INVALID


def test_leaves_refusals_readable_across_origins(server: AppServer) -> None:
    answer = server.send("/me", "Origin: https://web.example.com")

    assert outcome(answer) == MISSING
    assert answer.headers["access-control-allow-origin"] == "https://web.example.com"


def socket_messages(*headers: tuple[bytes, bytes], **extensions: Any) -> list[Any]:
    """What an application says to a WebSocket that wants to open."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {
        "type": "websocket",
        "path": "/socket",
        "headers": list(headers),
        "query_string": b"",
        "extensions": extensions,
    }
    asyncio.run(application()(scope, receive, send))
    return messages


def test_guards_a_websocket() -> None:
    accepted = socket_messages((b"authorization", f"Bearer {good}".encode()))
    refused = socket_messages(**{"websocket.http.response": {}})
    closed = socket_messages()

    assert [message["type"] for message in accepted] == ["websocket.accept", "websocket.send"]
    assert accepted[1]["text"] == "user-1"
    assert (refused[0]["type"], refused[0]["status"]) == ("websocket.http.response.start", 401)
    assert [(message["type"], message["code"]) for message in closed] == [("websocket.close", 1008)]


def test_shows_authorize_in_the_documentation() -> None:
    openapi = application().openapi()

    scheme = openapi["components"]["securitySchemes"]["countersign"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    for path in ("/me", "/maybe", "/admin", "/fresh"):
        assert {"countersign": []} in openapi["paths"][path]["get"]["security"]


def test_fails_closed_where_it_is_not_installed() -> None:
    app = FastAPI()

    @app.get("/me", dependencies=[Depends(require_role("admin"))])
    async def me() -> None:
        raise AssertionError("it was let in")

    with AppServer(app) as server:
        assert server.send("/me", bearer(auth.token(role="admin"))).status == 500


def test_listens_while_the_application_runs() -> None:
    own = FakeFeed()
    app = FastAPI()
    install(app, auth.verifier(feed=own))
    assert not own.is_started

    with AppServer(app):
        assert own.is_started
        assert not own.is_closed

    assert own.is_closed
