"""The examples of the README, as they are written there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app_server import AppServer
from countersign import TokenError
from countersign.testing import FakeAuth
from web_server import Exchange, WebServer

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def run(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102
    return names


def test_the_example_for_fastapi(monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = [block for block in BLOCKS if "FastAPI()" in block]
    published: list[FakeAuth] = []

    def publish(exchange: Exchange) -> None:
        assert exchange.path == "/api/auth/jwks"
        exchange.reply(200, json.dumps(published[0].keys["jwks"]).encode())

    with WebServer(publish) as web:
        auth = FakeAuth(issuer=f"{web.url}/api/auth", audience="todo")
        published.append(auth)
        monkeypatch.setenv("COUNTERSIGN_URL", web.url)
        with AppServer(run(example)["app"]) as server:
            good = server.send("/me", f"Authorization: Bearer {auth.token(user_id='ada')}")
            bad = server.send("/me", f"Authorization: Bearer {FakeAuth().token()}")
            none = server.send("/me")

    assert (good.status, good.body) == (200, '{"id":"ada","role":"user"}')
    assert (bad.status, none.status) == (401, 401)


def test_the_example_for_fastapi_has_ten_lines() -> None:
    [example] = [block for block in BLOCKS if "FastAPI()" in block]

    code = [line for line in example.splitlines() if line.strip()]

    assert len(code) <= 10


def test_the_example_for_tests() -> None:
    [example] = [block for block in BLOCKS if "FakeAuth(" in block]
    names = run(example)

    for name, code in (("token", "token_revoked"), ("expired", "token_expired")):
        with pytest.raises(TokenError) as refusal:
            names["verifier"].verify(names[name])
        assert refusal.value.code == code
    other = names["auth"].token(session_id="session-2", role="admin")
    assert names["verifier"].verify(other).role == "admin"
