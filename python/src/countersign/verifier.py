"""Verifies access tokens in an API, locally (`spec/protocol.md`, "Access token")."""

import asyncio
import time
from collections.abc import Sequence
from threading import Thread
from typing import Literal

from countersign.access_token import Rules
from countersign.errors import TokenError
from countersign.forks import renew_after_fork
from countersign.identity import Identity, identity_from_claims
from countersign.issuer_metadata import compare_secrets
from countersign.json_object import JsonObject
from countersign.jws import Trust
from countersign.lane import Lane
from countersign.lanes import Lanes
from countersign.memory import Memory
from countersign.notices import Listener, Notices
from countersign.options import Clock, Jwks, read_integer, read_text
from countersign.protocol import ACCESS_TOKEN_LIFETIME_SECONDS, CLOCK_TOLERANCE_SECONDS, Algorithm
from countersign.revocation_feed import FeedStatus
from countersign.revocation_guard import DeafGuard, Guard, guard_of
from countersign.revocations import Revocations, StalePolicy, read_stale_policy
from countersign.trust import Also, TrustOptions

_DEFAULT_CACHE_ENTRIES = 10_000


class Verifier:
    """Verifies tokens. Any thread may use it, and any process that is forked from this one.

    ```py
    verifier = Verifier(issuer=ISSUER, audience="todo-api", algorithms=["EdDSA"], jwks_url=JWKS_URL)
    identity = verifier.verify(token)
    ```

    `issuer` is compared exactly; `audience` must be in `aud`. Exactly one of `jwks_url`, `jwks` and
    `secret` says which keys are trusted; `secret` may be several while one replaces another.
    `also` are other keys that are trusted as well until a date. With `secret`, `on_mismatch` says
    what `check_secrets` does if the issuer signs with none of ours.
    `cache_entries` are the tokens that are remembered, 0 for none. `now` tells the time in seconds.
    With `revocations`, what was revoked is refused within a second.
    `on_warning` hears of what an operator should know; by default the logger `countersign` does.
    Raises `TypeError` or `ValueError` for options that are missing, contradictory or too weak.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        algorithms: Sequence[Algorithm],
        jwks_url: str | None = None,
        jwks: Jwks | None = None,
        secret: str | Sequence[str] | None = None,
        also: Also | None = None,
        on_mismatch: Literal["warn", "exit"] | None = None,
        tolerance_seconds: int = CLOCK_TOLERANCE_SECONDS,
        max_lifetime_seconds: int | None = None,
        cache_entries: int = _DEFAULT_CACHE_ENTRIES,
        now: Clock = time.time,
        revocations: Revocations | None = None,
        on_warning: Listener | None = None,
    ) -> None:
        trusted = TrustOptions(algorithms=algorithms, jwks_url=jwks_url, jwks=jwks, secret=secret)
        rules = _rules_of(issuer, audience, tolerance_seconds, max_lifetime_seconds)
        entries = read_integer("cache_entries", cache_entries, least=0, most=1_000_000)
        self._issuer = issuer
        self._compares_secrets = secret is not None
        #: Whether `check_secrets` raises.
        self.exits_on_mismatch = _read_on_mismatch(on_mismatch, trusted) == "exit"
        self._notices = Notices(on_warning, now)
        first = Lane(rules, trusted, now, self._notices)
        second = Lane(rules, also, now, self._notices) if also else None
        until = also.until.timestamp() if also else 0
        self._lanes = Lanes(first, second, until, now, self._notices)
        self._memory = Memory(entries, now)
        self._guard = self._guard_of(revocations, rules, now)
        renew_after_fork(self)

    def verify(self, token: str, *, when_stale: StalePolicy | None = None) -> Identity:
        """Return the identity in a token, after every rule was checked. May wait for keys.

        `when_stale` replaces what `revocations` says about the time in which the feed is stale; a
        verifier without `revocations` is always stale.
        `TokenError` `invalid_token`, `token_expired`, `token_revoked`, `unknown_key`,
        `key_mismatch`; `VerifierError` `service_unavailable` if the keys were never loaded and
        cannot be, or if the feed is stale and the policy is not `open`.
        """
        read_stale_policy(when_stale)
        basis = self._lanes.basis()
        identity = self._memory.find(basis, token)
        if identity is None:
            identity = self._keep(basis, token, self._judge(token))
        self._guard.admit(identity, token, when_stale)
        return identity

    async def verify_async(self, token: str, *, when_stale: StalePolicy | None = None) -> Identity:
        """Do the same without blocking the event loop: what has to wait does so in a thread."""
        read_stale_policy(when_stale)
        basis = self._lanes.basis()
        identity = self._memory.find(basis, token)
        if identity is None:
            claims = self._judge_now(token)
            if claims is None:
                claims = await asyncio.to_thread(self._judge, token)
            identity = self._keep(basis, token, claims)
        if self._guard.would_ask(when_stale):
            await asyncio.to_thread(self._guard.admit, identity, token, when_stale)
        else:
            self._guard.admit(identity, token, when_stale)
        return identity

    @property
    def key_ids(self) -> list[str]:
        """Names of the keys at hand, for a line at start-up; they tell nothing of a secret."""
        return [key.kid for key in self._lanes.keys_at_hand()]

    @property
    def feed(self) -> FeedStatus:
        """How well it is known what was revoked: `feed.state`, `feed.lag_ms`."""
        return self._guard.feed

    def start(self) -> None:
        """Begin to listen for revocations, as the first token would, and compare secrets.

        It waits for nothing.
        """
        self._guard.start()
        if self._compares_secrets and not self.exits_on_mismatch:
            Thread(target=self.check_secrets, name="countersign-secrets", daemon=True).start()

    def ready(self) -> None:
        """Wait until keys are at hand and, if the policy is `closed`, the feed is live.

        Call it at start-up to fail early with `VerifierError`; an API that shall start while the
        auth server is down does not, and is `open`. It compares secrets as `check_secrets` does.
        """
        self._lanes.ready()
        self.check_secrets()
        self._guard.ready()

    def check_secrets(self) -> None:
        """Compare our secrets with those of the issuer, by the names in its metadata.

        A difference is one warning. `ValueError` if none is ours and `on_mismatch` is `exit`: a
        program that calls this at start-up ends. No answer is no reason to end.
        """
        if not self._compares_secrets:
            return
        ours = [key.kid for key in self._lanes.keys_at_hand() if key.algorithm == "HS256"]
        fault = compare_secrets(self._issuer, ours, self._notices)
        if fault is not None and self.exits_on_mismatch:
            raise ValueError(fault)

    def close(self) -> None:
        """Stop listening to the feed, which is stale from then on. Not needed to end a process."""
        self._guard.close()

    def forget_session(self, session_id: str) -> None:
        """Drop what is remembered of a session's tokens. They would be verified again."""
        self._memory.forget_session(session_id)

    def after_fork(self) -> None:
        """Become usable in a new process."""
        self._memory.after_fork()

    def _judge(self, token: str) -> JsonObject:
        try:
            return self._lanes.verify(token)
        except TokenError as error:
            self._note(error)
            raise

    def _judge_now(self, token: str) -> JsonObject | None:
        try:
            return self._lanes.verify_now(token)
        except TokenError as error:
            self._note(error)
            raise

    def _keep(self, basis: object, token: str, claims: JsonObject) -> Identity:
        identity = identity_from_claims(claims)
        self._memory.keep(basis, token, identity)
        return identity

    def _note(self, error: TokenError) -> None:
        if error.code == "key_mismatch":
            self._notices.tell("key_mismatch", str(error))

    def _guard_of(self, revocations: Revocations | None, rules: Rules, now: Clock) -> Guard:
        if revocations is None:
            return DeafGuard()
        return guard_of(
            revocations,
            issuer=rules.issuer,
            keep_seconds=rules.max_lifetime_seconds + rules.tolerance_seconds,
            now=now,
            notices=self._notices,
        )


def _rules_of(issuer: object, audience: object, tolerance: object, lifetime: object) -> Rules:
    tolerance_seconds = read_integer("tolerance_seconds", tolerance, least=0, most=60)
    if lifetime is None:
        lifetime = ACCESS_TOKEN_LIFETIME_SECONDS + tolerance_seconds
    return Rules(
        trust=Trust(keys=(), algorithms=()),
        issuer=read_text("issuer", issuer),
        audience=read_text("audience", audience),
        tolerance_seconds=tolerance_seconds,
        max_lifetime_seconds=read_integer("max_lifetime_seconds", lifetime, least=1, most=86_400),
    )


def _read_on_mismatch(value: object, trusted: TrustOptions) -> object:
    if value not in (None, "warn", "exit"):
        raise ValueError('"on_mismatch" is neither warn nor exit')
    if value is not None and trusted.secret is None:
        raise ValueError('"on_mismatch" needs "secret"')
    return value
