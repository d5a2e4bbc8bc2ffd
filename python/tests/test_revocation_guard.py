import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from clock import Clock
from countersign import Revocations, StalePolicy, TokenError, Verifier, VerifierError
from countersign.introspection import Introspection
from countersign.testing import FakeAuth, FakeFeed
from web_server import Exchange, WebServer

auth = FakeAuth()


def outcome(verifier: Verifier, token: str, **options: Any) -> str:
    """The same for both ways to ask."""
    answers = []
    for verify in (verifier.verify, lambda *a, **o: asyncio.run(verifier.verify_async(*a, **o))):
        try:
            verify(token, **options)
            answers.append("accepted")
        except (TokenError, VerifierError) as error:
            answers.append(error.code)
    assert answers[0] == answers[1]
    return answers[0]


def test_refuses_a_revoked_session_and_an_outdated_user() -> None:
    feed = FakeFeed()
    verifier = auth.verifier(feed=feed)
    mine, theirs = auth.token(session_id="a", ver=3), auth.token(session_id="b", ver=4)
    assert outcome(verifier, mine) == outcome(verifier, theirs) == "accepted"

    feed.revoke_session("a")
    assert (outcome(verifier, mine), outcome(verifier, theirs)) == ("token_revoked", "accepted")

    feed.revoke_user("user-1", ver=5)
    assert outcome(verifier, theirs) == "token_revoked"


def test_tells_the_caller_no_more_than_that_the_token_is_invalid() -> None:
    feed = FakeFeed()
    feed.revoke_session("session-1")

    with pytest.raises(TokenError) as refusal:
        auth.verifier(feed=feed).verify(auth.token())

    assert refusal.value.public_code == "invalid_token"


@pytest.mark.parametrize(
    ("when_stale", "active", "expected"),
    [
        ("open", None, "accepted"),
        ("closed", True, "service_unavailable"),
        ("introspect", True, "accepted"),
        ("introspect", False, "token_revoked"),
        ("introspect", None, "service_unavailable"),
    ],
)
def test_does_what_it_was_told_while_the_feed_is_silent(
    when_stale: StalePolicy, active: bool | None, expected: str
) -> None:
    feed = FakeFeed()
    verifier, token = auth.verifier(feed=feed, when_stale=when_stale), auth.token()
    feed.active = active
    assert outcome(verifier, token) == "accepted"

    feed.fall_silent()

    assert outcome(verifier, token) == expected
    assert outcome(auth.verifier(feed=feed), token, when_stale=when_stale) == expected
    feed.come_back()
    assert outcome(verifier, token) == "accepted"


def test_refuses_what_it_knows_to_be_revoked_however_stale_it_is() -> None:
    feed = FakeFeed()
    feed.revoke_session("session-1")
    feed.fall_silent()

    assert outcome(auth.verifier(feed=feed), auth.token(), when_stale="open") == "token_revoked"


def test_is_always_stale_without_a_feed() -> None:
    verifier, token = auth.verifier(), auth.token()

    assert (verifier.feed.state, verifier.feed.lag_ms) == ("stale", float("inf"))
    assert outcome(verifier, token) == "accepted"
    assert outcome(verifier, token, when_stale="closed") == "service_unavailable"
    assert outcome(verifier, token, when_stale="introspect") == "service_unavailable"


def test_refuses_a_policy_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="when_stale"):
        auth.verifier().verify(auth.token(), when_stale="maybe")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": ""},
        {"client_secret": ""},
        {"url": "ftp://example.com"},
        {"introspection_url": "https://a:b@example.com"},
        {"when_stale": "maybe"},
        {"transport": "pigeon"},
        {"token": "x"},
    ],
)
def test_refuses_options_that_make_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Revocations(**{"client_id": "api", "client_secret": "s3cret", **changes})


def test_shows_no_secret() -> None:
    assert "s3cret" not in repr(Revocations(client_id="api", client_secret="s3cret"))


class Introspecting:
    def __init__(self) -> None:
        self.clock = Clock()
        self.status = 200
        self.body: object = {"active": True}
        self.forms: list[dict[str, list[str]]] = []

    def answer(self, exchange: Exchange) -> None:
        self.forms.append(parse_qs(exchange.body().decode()))
        exchange.reply(self.status, json.dumps(self.body).encode())

    def of(self, url: str) -> Introspection:
        return Introspection(url, authorization="Basic x", now=self.clock)


@pytest.fixture
def asked() -> Introspecting:
    return Introspecting()


@pytest.fixture
def web(asked: Introspecting) -> Iterator[WebServer]:
    with WebServer(asked.answer) as server:
        yield server


def test_asks_about_a_token_once_a_second(asked: Introspecting, web: WebServer) -> None:
    introspection = asked.of(web.url)

    for seconds in (0, 0.9, 0.1):
        asked.clock.advance(seconds)
        assert introspection.is_active("a.b.c")

    assert asked.forms == [{"token": ["a.b.c"], "token_type_hint": ["access_token"]}] * 2
    assert web.requests[0].headers["Authorization"] == "Basic x"
    asked.body = {"active": False}
    assert not introspection.is_active("d.e.f")


@pytest.mark.parametrize(
    ("status", "body"), [(500, {"active": True}), (200, {}), (200, {"active": "true"}), (200, [])]
)
def test_accepts_no_other_answer(
    status: int, body: object, asked: Introspecting, web: WebServer
) -> None:
    asked.status, asked.body = status, body
    introspection = asked.of(web.url)

    for _ in range(2):
        with pytest.raises(VerifierError):
            introspection.is_active("a.b.c")
        with pytest.raises(VerifierError):
            introspection.is_active("d.e.f")
    assert len(web.requests) == 1

    asked.status, asked.body = 200, {"active": True}
    asked.clock.advance(1)
    assert introspection.is_active("a.b.c")
