"""Who is refused until when. Entries end by the verifier's own clock, from their arrival."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from countersign.revocation_event import Revocation, SessionRevocation


@dataclass(slots=True)
class _Tables:
    """The end of each session; the version of each user and its end."""

    sessions: dict[str, float] = field(default_factory=dict)
    users: dict[str, tuple[int, float]] = field(default_factory=dict)


class DenyList:
    """Written by the thread that listens, read by all others without a lock.

    So an entry is never taken out to be put in again, and whole tables are exchanged at once.
    `keep_seconds` is how long a revoked token may still live.
    """

    def __init__(self, *, keep_seconds: float, now: Callable[[], float], max_entries: int) -> None:
        self._keep_seconds = keep_seconds
        self._now = now
        self._max_entries = max_entries
        self._tables = _Tables()
        self._next_prune = float("-inf")

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._tables.sessions) + len(self._tables.users)

    def denies(self, *, sub: str, sid: str, ver: int) -> bool:
        """Whether a token of this session, or with this version of its user, is refused."""
        tables = self._tables
        if tables.sessions:
            until = tables.sessions.get(sid)
            if until is not None and until > self._now():
                return True
        user = tables.users.get(sub) if tables.users else None
        return user is not None and ver < user[0] and user[1] > self._now()

    def add(self, revocations: Sequence[Revocation]) -> None:
        """Add entries; `ValueError` if there would be too many: none is dropped in silence."""
        if len(self) + len(revocations) > self._max_entries:
            self.prune()
        self._check_room(len(self) + len(revocations))
        self._write(self._tables, revocations)

    def replace(self, revocations: Sequence[Revocation]) -> None:
        """Forget all others. Raises as `add` does, and forgets none then."""
        self._check_room(len(revocations))
        tables = _Tables()
        self._write(tables, revocations)
        self._tables = tables

    def prune(self, *, every_seconds: float = 0) -> None:
        """Drop entries that have ended, unless that was done within so many seconds."""
        time = self._now()
        if time < self._next_prune:
            return
        self._next_prune = time + every_seconds
        tables = self._tables
        sessions = {sid: until for sid, until in tables.sessions.items() if until > time}
        users = {sub: entry for sub, entry in tables.users.items() if entry[1] > time}
        self._tables = _Tables(sessions, users)

    def _write(self, tables: _Tables, revocations: Iterable[Revocation]) -> None:
        until = self._now() + self._keep_seconds
        for revocation in revocations:
            if isinstance(revocation, SessionRevocation):
                tables.sessions[revocation.sid] = until
            else:
                known, _ = tables.users.get(revocation.sub, (0, 0.0))
                tables.users[revocation.sub] = (max(revocation.ver, known), until)

    def _check_room(self, entries: int) -> None:
        if entries > self._max_entries:
            raise ValueError("the feed tells of too many revocations")
