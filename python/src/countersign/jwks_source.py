"""Keys from a JWKS URL: loaded once, refreshed in the background, kept when the server is down."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread

from countersign.errors import VerifierError
from countersign.forks import renew_after_fork
from countersign.jwks_response import LoadedJwks, request_jwks
from countersign.key_source import Keys
from countersign.notices import Notices

_TIMEOUT_SECONDS = 5
# Between two looks for an unknown `kid`, and after a failed refresh.
_REFETCH_SECONDS = 30
# A set that ran out longer ago, in a quiet night, is refreshed before a withdrawn key is believed.
_OVERDUE_SECONDS = 60
# While the server is down, somebody waits for it this often at most; others use what there is.
_OVERDUE_RETRY_SECONDS = 300
# After a failure while there are no keys at all.
_FIRST_RETRY_SECONDS = 2


class JwksSource:
    """A key source that asks `url`, with one request at a time, from threads of its own."""

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], float],
        notices: Notices,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        self._url = url
        self._now = now
        self._notices = notices
        self._timeout_seconds = timeout_seconds
        self._known: LoadedJwks | None = None
        self._next_refresh = 0.0
        self._next_refetch = 0.0
        self._overdue_at = 0.0
        self.after_fork()
        renew_after_fork(self)

    def after_fork(self) -> None:
        """Forget a request that another process is making."""
        self._lock = Lock()
        self._loading: Future[None] | None = None

    def current(self) -> Keys | None:
        """Return the keys at hand. May start a refresh, never waits for one."""
        known = self._known
        if known and self._loading is None and self._now() >= self._next_refresh:
            Thread(target=self._load, name="countersign-jwks", daemon=True).start()
        return known.keys if known else None

    def must_wait(self) -> bool:
        """Whether there are no keys at hand, or they are long out of date."""
        return self._known is None or self._now() >= self._overdue_at

    def ready(self) -> None:
        """Wait until keys are at hand; `VerifierError` if they cannot be had."""
        is_due = self._loading is not None or self._now() >= self._next_refresh
        if self.must_wait() and is_due:
            self._load()
        if self._known is None:
            seconds = max(1, self._next_refresh - self._now())
            message = "the keys of the issuer could not be loaded"
            raise VerifierError(message, retry_after_seconds=seconds)

    def may_refetch(self) -> bool:
        """Whether `refetch` would look for newer keys right now."""
        return self._loading is not None or self._now() >= self._next_refetch

    def refetch(self) -> bool:
        """Look for newer keys because of an unknown `kid`; tell whether there are any."""
        before = self._known.keys if self._known else None
        loading = self._loading
        if loading is not None:
            loading.result()
        elif self._claim_refetch():
            self._load()
        return self._known is not None and self._known.keys is not before

    def _claim_refetch(self) -> bool:
        with self._lock:
            if self._now() < self._next_refetch:
                return False
            self._next_refetch = self._now() + _REFETCH_SECONDS
            return True

    def _load(self) -> None:
        """Make a request, or wait for the one that another thread makes. Never raises."""
        with self._lock:
            running = self._loading
            mine: Future[None] = Future()
            if running is None:
                self._loading = mine
        if running is not None:
            running.result()
            return
        try:
            self._request()
        finally:
            self._loading = None
            mine.set_result(None)

    def _request(self) -> None:
        try:
            loaded = request_jwks(
                self._url, known=self._known, timeout_seconds=self._timeout_seconds
            )
        except Exception as error:  # Whatever a server may do to us, the last good set stays.
            wait = _REFETCH_SECONDS if self._known else _FIRST_RETRY_SECONDS
            self._next_refresh = self._now() + wait
            self._overdue_at = self._now() + _OVERDUE_RETRY_SECONDS
            message = f"the key set at {self._url} was not loaded"
            self._notices.tell("jwks_unavailable", message, error)
            return
        self._known = loaded
        self._next_refresh = self._now() + loaded.fresh_seconds
        self._overdue_at = self._next_refresh + _OVERDUE_SECONDS
