"""Verifies access tokens in an API, locally (`spec/protocol.md`, "Access token")."""

import asyncio
import time
from collections.abc import Sequence

from countersign.access_token import Rules
from countersign.errors import TokenError, VerifierError
from countersign.forks import renew_after_fork
from countersign.identity import Identity
from countersign.jwks_source import JwksSource
from countersign.jws import Trust
from countersign.key_source import FixedKeys, KeySource
from countersign.local_check import LocalCheck
from countersign.notices import Listener, Notices
from countersign.options import (
    Clock,
    Jwks,
    KeyOptions,
    read_algorithms,
    read_integer,
    read_text,
)
from countersign.protocol import ACCESS_TOKEN_LIFETIME_SECONDS, CLOCK_TOLERANCE_SECONDS, Algorithm
from countersign.revocation_feed import FeedStatus
from countersign.revocation_guard import DeafGuard, Guard, guard_of
from countersign.revocations import Revocations, StalePolicy, read_stale_policy

_DEFAULT_CACHE_ENTRIES = 10_000


class Verifier:
    """Verifies tokens. Any thread may use it, and any process that is forked from this one.

    ```py
    verifier = Verifier(issuer=ISSUER, audience="todo-api", algorithms=["EdDSA"], jwks_url=JWKS_URL)
    identity = verifier.verify(token)
    ```

    `issuer` is compared exactly; `audience` must be in `aud`. Exactly one of `jwks_url`, `jwks` and
    `secret` says which keys are trusted; `secret` may be several while one replaces another.
    `cache_entries` are the tokens that are remembered, 0 for none. `now` tells the time in seconds.
    `on_warning` hears of what an operator should know; by default the logger `countersign` does.
    With `revocations`, what was revoked is refused within a second.
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
        tolerance_seconds: int = CLOCK_TOLERANCE_SECONDS,
        max_lifetime_seconds: int | None = None,
        cache_entries: int = _DEFAULT_CACHE_ENTRIES,
        now: Clock = time.time,
        revocations: Revocations | None = None,
        on_warning: Listener | None = None,
    ) -> None:
        tolerance = read_integer("tolerance_seconds", tolerance_seconds, least=0, most=60)
        lifetime = ACCESS_TOKEN_LIFETIME_SECONDS + tolerance
        if max_lifetime_seconds is not None:
            lifetime = read_integer(
                "max_lifetime_seconds", max_lifetime_seconds, least=1, most=86_400
            )
        rules = Rules(
            trust=Trust(keys=(), algorithms=read_algorithms(algorithms)),
            issuer=read_text("issuer", issuer),
            audience=read_text("audience", audience),
            tolerance_seconds=tolerance,
            max_lifetime_seconds=lifetime,
        )
        entries = read_integer("cache_entries", cache_entries, least=0, most=1_000_000)
        self._notices = Notices(on_warning, now)
        self._check = LocalCheck(rules, now=now, cache_entries=entries)
        self._source = _source_of(
            KeyOptions(
                algorithms=rules.trust.algorithms, jwks_url=jwks_url, jwks=jwks, secret=secret
            ),
            now,
            self._notices,
        )
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
        keys = self._source.current()
        identity = self._check.known(keys, token) or self._verify_fresh(token)
        self._guard.admit(identity, token, when_stale)
        return identity

    async def verify_async(self, token: str, *, when_stale: StalePolicy | None = None) -> Identity:
        """Do the same without blocking the event loop: what has to wait does so in a thread."""
        read_stale_policy(when_stale)
        keys = self._source.current()
        identity = self._check.known(keys, token) or await self._verify_fresh_async(token)
        if self._guard.would_ask(when_stale):
            await asyncio.to_thread(self._guard.admit, identity, token, when_stale)
        else:
            self._guard.admit(identity, token, when_stale)
        return identity

    @property
    def feed(self) -> FeedStatus:
        """How well it is known what was revoked: `feed.state`, `feed.lag_ms`."""
        return self._guard.feed

    def start(self) -> None:
        """Begin to listen for revocations; the first token does so as well."""
        self._guard.start()

    def ready(self) -> None:
        """Wait until keys are at hand and, if the policy is `closed`, the feed is live.

        Call it at start-up to fail early with `VerifierError`; an API that shall start while the
        auth server is down does not, and is `open`.
        """
        self._source.ready()
        self._guard.ready()

    def close(self) -> None:
        """Stop listening to the feed, which is stale from then on. Not needed to end a process."""
        self._guard.close()

    def forget_session(self, session_id: str) -> None:
        """Drop what is remembered of a session's tokens. They would be verified again."""
        self._check.forget_session(session_id)

    def after_fork(self) -> None:
        """Become usable in a new process."""
        self._check.after_fork()

    def _verify_fresh(self, token: str) -> Identity:
        self._source.ready()
        try:
            return self._verify_with_current_keys(token)
        except TokenError as error:
            self._note(error)
            if error.code != "unknown_key" or not self._source.refetch():
                raise
        return self._verify_with_current_keys(token)

    async def _verify_fresh_async(self, token: str) -> Identity:
        keys = self._source.current()
        if keys is None:
            return await asyncio.to_thread(self._verify_fresh, token)
        try:
            return self._check.verify(keys, token)
        except TokenError as error:
            if error.code != "unknown_key" or not self._source.may_refetch():
                self._note(error)
                raise
        return await asyncio.to_thread(self._verify_fresh, token)

    def _verify_with_current_keys(self, token: str) -> Identity:
        keys = self._source.current()
        if keys is None:
            raise VerifierError("the keys are not loaded yet", retry_after_seconds=1)
        return self._check.verify(keys, token)

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

    def _note(self, error: TokenError) -> None:
        if error.code == "key_mismatch":
            self._notices.tell("key_mismatch", str(error))


def _source_of(options: KeyOptions, now: Clock, notices: Notices) -> KeySource:
    if options.jwks_url is not None:
        return JwksSource(options.jwks_url, now=now, notices=notices)
    return FixedKeys(options.fixed_keys())
