"""What a verifier can decide with the keys at hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from countersign.access_token import Rules, verify_access_token
from countersign.identity import Identity, identity_from_claims
from countersign.jws import Trust
from countersign.key_source import Keys
from countersign.token_cache import TokenCache


@dataclass(frozen=True, slots=True)
class _State:
    """The keys in use, and what was verified with them. Other keys make another state."""

    keys: Keys
    rules: Rules
    cache: TokenCache


class LocalCheck:
    """Verifies tokens and remembers those that passed. Any thread may use it."""

    def __init__(self, rules: Rules, *, now: Callable[[], float], cache_entries: int) -> None:
        self._now = now
        self._cache_entries = cache_entries
        self._state = _State((), rules, TokenCache(cache_entries))

    def known(self, keys: Keys | None, token: str) -> Identity | None:
        """Find a token that passed with these very keys and has not expired."""
        state = self._state
        return state.cache.get(token, self._now()) if state.keys is keys else None

    def verify(self, keys: Keys, token: str) -> Identity:
        """Verify a token by every rule; `TokenError` if it is refused."""
        # A thread that still works with the keys of yesterday fills the cache of yesterday.
        state = self._state if self._state.keys is keys else self._renew(keys)
        claims = verify_access_token(token, state.rules, self._now())
        identity = identity_from_claims(claims)
        if self._cache_entries > 0:
            state.cache.set(token, identity)
        return identity

    def forget_session(self, session_id: str) -> None:
        """Drop what is remembered of a session's tokens."""
        self._state.cache.forget_session(session_id)

    def after_fork(self) -> None:
        """Become usable in a new process."""
        self._state.cache.after_fork()

    def _renew(self, keys: Keys) -> _State:
        trust = Trust(keys=keys, algorithms=self._state.rules.trust.algorithms)
        rules = replace(self._state.rules, trust=trust)
        self._state = _State(keys, rules, TokenCache(self._cache_entries))
        return self._state
