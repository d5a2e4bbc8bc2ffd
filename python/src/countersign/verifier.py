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
        renew_after_fork(self)

    def verify(self, token: str) -> Identity:
        """Return the identity in a token, after every rule was checked. May wait for keys.

        `TokenError` `invalid_token`, `token_expired`, `unknown_key`, `key_mismatch`;
        `VerifierError` `service_unavailable` if the keys were never loaded and cannot be.
        """
        keys = self._source.current()
        return self._check.known(keys, token) or self._verify_fresh(token)

    async def verify_async(self, token: str) -> Identity:
        """Do the same without blocking the event loop: what has to wait does so in a thread."""
        keys = self._source.current()
        identity = self._check.known(keys, token)
        if identity is not None:
            return identity
        if keys is None:
            return await asyncio.to_thread(self.verify, token)
        try:
            return self._check.verify(keys, token)
        except TokenError as error:
            if error.code != "unknown_key" or not self._source.may_refetch():
                self._note(error)
                raise
        return await asyncio.to_thread(self.verify, token)

    def ready(self) -> None:
        """Wait until keys are at hand. Call it at start-up to fail early with `VerifierError`."""
        self._source.ready()

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

    def _verify_with_current_keys(self, token: str) -> Identity:
        keys = self._source.current()
        if keys is None:
            raise VerifierError("the keys are not loaded yet", retry_after_seconds=1)
        return self._check.verify(keys, token)

    def _note(self, error: TokenError) -> None:
        if error.code == "key_mismatch":
            self._notices.tell("key_mismatch", str(error))


def _source_of(options: KeyOptions, now: Clock, notices: Notices) -> KeySource:
    if options.jwks_url is not None:
        return JwksSource(options.jwks_url, now=now, notices=notices)
    return FixedKeys(options.fixed_keys())
