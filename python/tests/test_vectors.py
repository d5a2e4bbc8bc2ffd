"""Every vector of every file in `spec/vectors`. There is no list of exceptions, and may be none."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

import vectors
from clock import Clock
from countersign.access_token import Rules, verify_access_token
from countersign.base64url import encode_base64url
from countersign.errors import KeySetError, TokenError
from countersign.event_parser import EventParser, StreamFrame
from countersign.feed_listener import FeedListener
from countersign.identity import identity_from_claims
from countersign.jwks import verification_keys
from countersign.jws import Trust, verify_jws
from countersign.keys import hmac_key, thumbprint, verification_key_from_jwk
from vectors import Vector

FEED = vectors.read("feed")
DEFAULTS = vectors.read("access-token")["defaults"]
IDENTITY = {
    "userId": "user_id",
    "email": "email",
    "role": "role",
    "sessionId": "session_id",
    "tokenId": "token_id",
    "clientId": "client_id",
    "issuedAt": "issued_at",
    "expiresAt": "expires_at",
}


def run_jws(given: Vector, expected: Vector) -> None:
    keys = [verification_key_from_jwk(jwk) for jwk in given["keys"]]
    trust = Trust(keys=keys, algorithms=tuple(given["algorithms"]))

    # Twice: the second time, the header of a good token is known.
    for _ in range(2):
        if "payload" in expected:
            _, payload = verify_jws(given["token"], trust)
            assert encode_base64url(payload) == expected["payload"]
        else:
            assert_refused(lambda: verify_jws(given["token"], trust), expected)


def run_access_token(changes: Vector, expected: Vector) -> None:
    given = {**DEFAULTS, **changes}
    secret = given["secret"]
    keys = verification_keys(given["jwks"]) if secret is None else (hmac_key(secret),)
    durations = {
        "tolerance_seconds": given.get("toleranceSeconds"),
        "max_lifetime_seconds": given.get("maxLifetimeSeconds"),
    }
    rules = Rules(
        trust=Trust(keys=keys, algorithms=tuple(given["algorithms"])),
        issuer=given["issuer"],
        audience=given["audience"],
        **{name: value for name, value in durations.items() if value is not None},
    )

    if "identity" not in expected:
        assert_refused(lambda: verify_access_token(given["token"], rules, given["now"]), expected)
        return
    identity = identity_from_claims(verify_access_token(given["token"], rules, given["now"]))
    for name, value in expected["identity"].items():
        assert getattr(identity, IDENTITY[name]) == value


def run_keys(given: Vector, expected: Vector) -> None:
    if "thumbprint" in expected:
        assert thumbprint(given["jwk"]) == expected["thumbprint"]
    elif "kid" in expected:
        assert hmac_key(given["secret"]).kid == expected["kid"]
    elif "error" in expected:
        with pytest.raises(ValueError, match="secret"):
            hmac_key(given["secret"])
    elif "kids" in expected:
        assert [key.kid for key in verification_keys(given["jwks"])] == expected["kids"]
    else:
        with pytest.raises(KeySetError) as refusal:
            verification_keys(given["jwks"])
        assert refusal.value.code == expected["code"]


def run_feed(vector: Vector, _: Vector) -> None:
    clock = Clock(0)
    listener = FeedListener(
        issuer=FEED["issuer"],
        keep_seconds=vector["maxLifetimeSeconds"] + vector["toleranceSeconds"],
        max_entries=1000,
        now=clock,
    )
    # What is asserted at a time comes after what happens at that time.
    happenings = [*vector["steps"], *vector["assertions"]]
    for step in sorted(happenings, key=lambda step: (step["at"], "expect" in step)):
        clock.time = step["at"]
        if "expect" in step:
            holder = {name: step[name] for name in ("sub", "sid", "ver")}
            outcome = "token_revoked" if listener.denied.denies(**holder) else "accept"
            assert (clock.time, outcome) == (step["at"], step["expect"])
            assert (clock.time, listener.state) == (step["at"], step.get("state", listener.state))
        elif "frame" in step:
            listener.frame(StreamFrame(**step["frame"]))
        elif "answer" in step:
            listener.answer(step["answer"])
        else:
            assert step["disconnect"] is True
            listener.disconnect()


@pytest.mark.parametrize("framing", FEED["framing"], ids=lambda framing: str(framing["id"]))
def test_reads_a_stream_of(framing: Vector) -> None:
    parser = EventParser(max_length=10_000)

    frames = [frame for chunk in framing["chunks"] for frame in parser.push(b64decode(chunk))]

    assert [asdict(frame) for frame in frames] == framing["events"]


def assert_refused(verify: Callable[[], object], expected: Vector) -> None:
    with pytest.raises(TokenError) as refusal:
        verify()
    assert (refusal.value.code, refusal.value.rule) == (expected["code"], expected["rule"])


RUNNERS: dict[str, Callable[[Any, Any], None]] = {
    "access-token": run_access_token,
    "jws": run_jws,
    "keys": run_keys,
    "feed": run_feed,
}
EVERY = [(name, vector) for name in vectors.names() for vector in vectors.vectors_of(name)]
executed: set[tuple[str, str]] = set()


@pytest.mark.parametrize(
    ("name", "vector"), EVERY, ids=[f"{name}/{vector['id']}" for name, vector in EVERY]
)
def test_follows(name: str, vector: Vector) -> None:
    RUNNERS[name](vector.get("input", vector), vector.get("expect", {}))

    executed.add((name, vector["id"]))


def test_ran_every_vector_of_every_file() -> None:
    written = [(name, vector["id"]) for name, vector in EVERY]

    assert sorted(executed) == sorted(written)
    assert {name for name, _ in written} == set(vectors.names())
