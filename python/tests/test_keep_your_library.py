"""The lines of docs/keep-your-library.md, against real tokens of ours."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from countersign.testing import FakeAuth
from web_server import Exchange, WebServer

PAGE = Path(__file__).parents[2] / "docs" / "keep-your-library.md"
BLOCKS = dict(re.findall(r"```python ([\w-]+)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
SECRET = "countersign-test-secret-0123456789abcdef"
OTHER = "another-test-secret-that-is-long-enough!"


def claims_by(name: str, auth: FakeAuth, token: str) -> dict[str, Any]:
    names: dict[str, Any] = {"token": token, "issuer": auth.issuer, "audience": auth.audience}
    names["secret"] = SECRET
    exec(BLOCKS[name], names)  # noqa: S102
    claims: dict[str, Any] = names["claims"]
    return claims


def check(name: str, auth: FakeAuth, stranger: FakeAuth) -> None:
    assert claims_by(name, auth, auth.token(user_id="ada"))["sub"] == "ada"
    bad: list[Callable[[], str]] = [
        lambda: stranger.token(),
        lambda: auth.token(lifetime_seconds=-1),
        lambda: auth.token(aud="other-api"),
        lambda: auth.token(iss="https://other.example"),
    ]
    for token in bad:
        with pytest.raises(Exception, match=r"\w"):  # Each library has its own.
            claims_by(name, auth, token())


def test_covers_every_block_in_python() -> None:
    assert sorted(BLOCKS) == ["pyjwt-eddsa", "pyjwt-hs256", "python-jose-hs256"]


# python-jose asks for the time in a way that Python 3.12 no longer likes.
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
@pytest.mark.parametrize("name", [name for name in BLOCKS if name.endswith("hs256")])
def test_a_shared_secret(name: str) -> None:
    check(name, FakeAuth(secret=SECRET), FakeAuth(secret=OTHER))


@pytest.mark.parametrize("name", [name for name in BLOCKS if name.endswith("eddsa")])
def test_published_keys(name: str) -> None:
    published: list[FakeAuth] = []

    def publish(exchange: Exchange) -> None:
        exchange.reply(200, json.dumps(published[0].keys["jwks"]).encode())

    with WebServer(publish) as web:
        auth = FakeAuth(issuer=f"{web.url}/api/auth")
        published.append(auth)

        check(name, auth, FakeAuth(issuer=auth.issuer))

        assert {request.path for request in web.requests} == {"/api/auth/jwks"}
