"""Remembers verified tokens, so that a token that comes again costs no signature check.

The key is the signature segment, which is short; the whole token must be the same as well. An
entry is only made for a token that passed every rule, and never answers once `exp` is reached.
"""

from threading import Lock

from countersign.access_token import is_expired
from countersign.identity import Identity
from countersign.protocol import MAX_TOKEN_LENGTH

Entry = tuple[str, Identity]


class TokenCache:
    """Holds at most `max_entries` identities. Any thread may use it.

    Two generations: when the young one holds half of `max_entries` it becomes the old one, and the
    old one goes. What was used since then has moved over.
    """

    def __init__(self, max_entries: int) -> None:
        self._generation_size = max_entries // 2
        self._young: dict[str, Entry] = {}
        self._old: dict[str, Entry] = {}
        self._lock = Lock()

    def get(self, token: str, now: float) -> Identity | None:
        """Find the identity of exactly this token, if it was verified and has not expired."""
        if not isinstance(token, str) or len(token) > MAX_TOKEN_LENGTH:
            return None
        key = _signature_of(token)
        entry = self._young.get(key) or self._find_old(key)
        if entry is None or entry[0] != token or is_expired(entry[1].expires_at, now):
            return None
        return entry[1]

    def set(self, token: str, identity: Identity) -> None:
        """Remember a token that passed every rule."""
        with self._lock:
            self._put(_signature_of(token), (token, identity))

    def forget_session(self, session_id: str) -> None:
        """Drop every token of a session."""
        with self._lock:
            for generation in (self._young, self._old):
                entries = list(generation.items())
                for key in (key for key, (_, who) in entries if who.session_id == session_id):
                    del generation[key]

    def _find_old(self, key: str) -> Entry | None:
        if key not in self._old:
            return None
        with self._lock:
            entry = self._old.pop(key, None)
            if entry is not None:
                self._put(key, entry)
            return entry or self._young.get(key)

    def _put(self, key: str, entry: Entry) -> None:
        if len(self._young) >= self._generation_size:
            self._old, self._young = self._young, {}
        self._young[key] = entry

    def after_fork(self) -> None:
        """Replace a lock that a thread of the parent process may have held."""
        self._lock = Lock()


def _signature_of(token: str) -> str:
    return token[token.rfind(".") + 1 :]
