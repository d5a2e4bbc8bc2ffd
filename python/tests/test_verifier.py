import asyncio
import logging
from typing import Any

import pytest

from clock import Clock
from countersign import Notice, TokenError, Verifier
from countersign.keys import hmac_key
from countersign.testing import FakeAuth

SECRET = "countersign-test-secret-0123456789abcdef"
OTHER = "another-test-secret-that-is-long-enough!"


def code_of(verifier: Verifier, token: str) -> str:
    with pytest.raises(TokenError) as refusal:
        verifier.verify(token)
    return refusal.value.code


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256", "HS256"])
def test_accepts_a_good_token_and_refuses_one_of_another_key(algorithm: Any) -> None:
    auth, other = FakeAuth(algorithm=algorithm), FakeAuth(algorithm=algorithm)
    verifier = auth.verifier()

    assert verifier.verify(auth.token(user_id="ada", role="admin")).role == "admin"
    assert code_of(verifier, other.token()) == {"HS256": "key_mismatch"}.get(
        algorithm, "unknown_key"
    )


@pytest.mark.parametrize("token", [None, 1, b"a.b.c", ["a.b.c"], "", "a" * 1_000_000])
def test_refuses_what_is_no_token(token: Any) -> None:
    assert code_of(FakeAuth().verifier(), token) == "invalid_token"


def test_remembers_a_token_but_not_beyond_exp() -> None:
    clock = Clock()
    auth = FakeAuth(now=clock)
    verifier, token = auth.verifier(), auth.token(lifetime_seconds=60)

    first = verifier.verify(token)
    clock.advance(59.9)

    assert verifier.verify(token) is first
    clock.advance(0.1)
    assert code_of(verifier, token) == "token_expired"


def test_remembers_nothing_if_told_so() -> None:
    auth = FakeAuth()
    verifier, token = auth.verifier(cache_entries=0), auth.token()

    assert verifier.verify(token) is not verifier.verify(token)


def test_compares_the_whole_token_with_the_one_it_remembers() -> None:
    auth = FakeAuth()
    verifier, token, other = auth.verifier(), auth.token(role="user"), auth.token(role="admin")
    verifier.verify(token)

    forged = other.rsplit(".", 1)[0] + "." + token.rsplit(".", 1)[1]

    assert code_of(verifier, forged) == "invalid_token"


def test_verifies_the_tokens_of_a_forgotten_session_again() -> None:
    auth = FakeAuth()
    verifier = auth.verifier()
    mine, theirs = auth.token(session_id="a"), auth.token(session_id="b")
    before = [verifier.verify(mine), verifier.verify(theirs)]

    verifier.forget_session("a")

    after = [verifier.verify(mine), verifier.verify(theirs)]
    assert after[0] == before[0]
    assert after[0] is not before[0]
    assert after[1] is before[1]


def test_accepts_either_of_two_secrets_while_one_replaces_the_other() -> None:
    verifier = FakeAuth(secret=SECRET).verifier(secret=[OTHER, SECRET])

    assert verifier.verify(FakeAuth(secret=SECRET).token())
    assert verifier.verify(FakeAuth(secret=OTHER).token())


def test_tells_of_a_key_mismatch_once_a_minute_with_both_fingerprints() -> None:
    clock, heard = Clock(), list[Notice]()
    auth, other = FakeAuth(secret=SECRET, now=clock), FakeAuth(secret=OTHER, now=clock)
    verifier = auth.verifier(on_warning=heard.append)

    for seconds in (0, 59, 1):
        clock.advance(seconds)
        code_of(verifier, other.token())

    assert [notice.code for notice in heard] == ["key_mismatch", "key_mismatch"]
    for secret in (SECRET, OTHER):
        assert hmac_key(secret).kid in heard[0].message
        assert secret not in heard[0].message


def test_writes_one_line_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    verifier, token = FakeAuth(secret=SECRET).verifier(), FakeAuth(secret=OTHER).token()

    with caplog.at_level(logging.WARNING, "countersign"):
        code_of(verifier, token)
        with pytest.raises(TokenError):
            asyncio.run(verifier.verify_async(token))

    [record] = caplog.records
    assert record.getMessage().startswith("key_mismatch: ")
    assert token not in record.getMessage()


def test_repeats_no_hostile_kid() -> None:
    auth = FakeAuth(secret=SECRET)
    verifier = auth.verifier()
    auth.kid = "a\nb<cd>1"

    with pytest.raises(TokenError) as refusal:
        verifier.verify(auth.token())

    assert "<cd>" not in str(refusal.value)


def test_verifies_on_the_event_loop_as_well() -> None:
    auth = FakeAuth()
    verifier, token = auth.verifier(), auth.token()

    async def verify_twice() -> None:
        first = await verifier.verify_async(token)
        assert await verifier.verify_async(token) is first
        with pytest.raises(TokenError):
            await verifier.verify_async(token + "x")

    asyncio.run(verify_twice())


GOOD: dict[str, Any] = {
    "issuer": "https://auth.example.com/api/auth",
    "audience": "todo-api",
    "algorithms": ["HS256"],
    "secret": SECRET,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": ""},
        {"issuer": None},
        {"audience": ""},
        {"audience": ["todo-api"]},
        {"algorithms": []},
        {"algorithms": "HS256"},
        {"algorithms": ["none"]},
        {"algorithms": ["hs256"]},
        {"algorithms": ["EdDSA"]},
        {"algorithms": ["HS256", "EdDSA"]},
        {"secret": None},
        {"secret": "too short"},
        {"secret": [SECRET, "too short"]},
        {"secret": []},
        {"secret": "-----BEGIN PUBLIC KEY-----" + SECRET},
        {"jwks": {"keys": []}},
        {"jwks_url": "https://auth.example.com/jwks"},
        {"secret": None, "algorithms": ["EdDSA"], "jwks": {"keys": []}},
        {"secret": None, "algorithms": ["ES256"], "jwks": FakeAuth().keys["jwks"]},
        {"secret": None, "algorithms": ["EdDSA"], "jwks_url": "file:///etc/passwd"},
        {"secret": None, "algorithms": ["EdDSA"], "jwks_url": "https://a:b@example.com/jwks"},
        {"secret": None, "algorithms": ["EdDSA"], "jwks_url": "https://[::/jwks"},
        {"tolerance_seconds": 61},
        {"tolerance_seconds": -1},
        {"tolerance_seconds": True},
        {"max_lifetime_seconds": 0},
        {"max_lifetime_seconds": 900.5},
        {"cache_entries": -1},
        {"skip_expiry": True},
    ],
)
def test_refuses_options_that_make_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Verifier(**{**GOOD, **changes})


def test_takes_good_options() -> None:
    assert Verifier(**GOOD).verify(FakeAuth(secret=SECRET, audience="todo-api").token())
