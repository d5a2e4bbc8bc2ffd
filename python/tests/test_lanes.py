import asyncio
import json
from datetime import datetime, timezone
from typing import Any

import pytest

from clock import Clock
from countersign import Also, Notice, TokenError, Verifier, VerifierError
from countersign.testing import FakeAuth
from web_server import WebServer

SECRET = "countersign-test-secret-0123456789abcdef"
clock = Clock()
public = FakeAuth(now=clock)
shared = FakeAuth(secret=SECRET, now=clock)
stranger = FakeAuth(now=clock)
END = clock.time + 3600
UNTIL = datetime.fromtimestamp(END, timezone.utc)
CLOSED = "http://127.0.0.1:9"


def moving(**options: Any) -> Verifier:
    """From HS256 to EdDSA."""
    also = Also(algorithms=["HS256"], secret=SECRET, until=UNTIL)
    return public.verifier(**{"also": also, **options})


def outcome(verifier: Verifier, token: str) -> str:
    answers = []
    for verify in (verifier.verify, lambda token: asyncio.run(verifier.verify_async(token))):
        try:
            verify(token)
            answers.append("accepted")
        except (TokenError, VerifierError) as error:
            answers.append(error.code)
    assert answers[0] == answers[1]
    return answers[0]


@pytest.fixture(autouse=True)
def _same_time() -> Any:
    time = clock.time
    yield
    clock.time = time


def test_accepts_tokens_of_both_ways() -> None:
    verifier = moving()

    assert outcome(verifier, public.token()) == "accepted"
    assert outcome(verifier, shared.token()) == "accepted"
    assert verifier.key_ids == [public.kid, shared.kid]


def test_ends_the_second_way_at_its_date_also_for_tokens_that_it_remembers() -> None:
    heard: list[Notice] = []
    verifier = moving(on_warning=heard.append)
    clock.time = END - 1
    token = shared.token()
    assert outcome(verifier, token) == "accepted"

    clock.time = END

    assert outcome(verifier, token) == "invalid_token"
    assert outcome(verifier, public.token()) == "accepted"
    assert [notice.code for notice in heard] == ["also_ended"]
    assert verifier.key_ids == [public.kid]


def test_judges_a_token_by_the_way_that_has_its_key() -> None:
    verifier = moving()

    assert outcome(verifier, stranger.token()) == "unknown_key"
    assert outcome(verifier, FakeAuth(secret=SECRET[::-1], now=clock).token()) == "key_mismatch"
    assert outcome(verifier, shared.token(lifetime_seconds=-1)) == "token_expired"
    assert outcome(verifier, public.token()[:-4] + "AAAA") == "invalid_token"


def test_never_takes_a_public_key_for_a_secret() -> None:
    forger = FakeAuth(secret=public.keys["jwks"]["keys"][0]["x"] + "padding", now=clock)
    forger.kid = public.kid

    assert outcome(moving(), forger.token()) == "unknown_key"


def test_serves_the_second_way_while_the_keys_of_the_first_are_not_to_be_had() -> None:
    verifier = moving(jwks=None, jwks_url=CLOSED, on_warning=lambda _: None)

    assert outcome(verifier, shared.token()) == "accepted"
    assert outcome(verifier, public.token()) == "service_unavailable"


def test_is_ready_when_the_first_way_is() -> None:
    also = Also(algorithms=["EdDSA"], jwks_url=CLOSED, until=UNTIL)
    moving_back = shared.verifier(also=also, on_warning=lambda _: None)

    moving_back.ready()

    assert outcome(moving_back, shared.token()) == "accepted"


def test_forgets_what_the_second_way_accepted_when_its_keys_change() -> None:
    web_auth = FakeAuth(now=clock)

    def publish(exchange: Any) -> None:
        exchange.reply(200, json.dumps(web_auth.keys["jwks"]).encode())

    with WebServer(publish) as web:
        also = Also(algorithms=["EdDSA"], jwks_url=web.url, until=UNTIL)
        verifier = shared.verifier(also=also)
        old = web_auth.token()
        assert outcome(verifier, old) == "accepted"

        web_auth = FakeAuth(now=clock)
        clock.advance(31)

        assert outcome(verifier, web_auth.token()) == "accepted"
        assert outcome(verifier, old) == "unknown_key"


@pytest.mark.parametrize(
    "changes",
    [
        {"until": None},
        {"until": "2030-01-01"},
        {"until": datetime(2030, 1, 1)},
        {"secret": None},
        {"algorithms": ["EdDSA"]},
        {"jwks": {"keys": []}},
        {"tolerance_seconds": 1},
    ],
)
def test_refuses_options_that_make_no_sense(changes: dict[str, Any]) -> None:
    good: dict[str, Any] = {"algorithms": ["HS256"], "secret": SECRET, "until": UNTIL}

    with pytest.raises((TypeError, ValueError)):
        Also(**{**good, **changes})


def test_shows_no_secret() -> None:
    assert SECRET not in repr(Also(algorithms=["HS256"], secret=SECRET, until=UNTIL))
