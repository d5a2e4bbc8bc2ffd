"""Remembers who was verified, for as long as what the verdict rests on stays the same."""

from countersign.identity import Identity
from countersign.options import Clock
from countersign.token_cache import TokenCache


class Memory:
    """A cache of tokens that is left behind when keys change. Any thread may use it."""

    def __init__(self, entries: int, now: Clock) -> None:
        self._entries = entries
        self._now = now
        self._state: tuple[object, TokenCache] = (None, TokenCache(entries))

    def find(self, basis: object, token: str) -> Identity | None:
        """Find a token that passed on this very basis and has not expired."""
        known, cache = self._state
        return cache.get(token, self._now()) if known is basis else None

    def keep(self, basis: object, token: str, identity: Identity) -> None:
        """Remember a token that was verified after `basis` was taken."""
        if self._entries == 0:
            return
        known, cache = self._state
        if known is not basis:
            cache = TokenCache(self._entries)
            self._state = (basis, cache)
        cache.set(token, identity)

    def forget_session(self, session_id: str) -> None:
        """Drop what is remembered of a session's tokens."""
        self._state[1].forget_session(session_id)

    def after_fork(self) -> None:
        """Become usable in a new process."""
        self._state[1].after_fork()
