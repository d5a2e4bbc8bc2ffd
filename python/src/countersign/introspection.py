"""Asks the auth server about one token (RFC 7662): for the time in which the feed is silent."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from urllib.parse import urlencode

from countersign.errors import VerifierError
from countersign.forks import renew_after_fork
from countersign.http_request import Request, send
from countersign.json_object import parse_json_object

_MAX_BYTES = 65_536
_TIMEOUT_SECONDS = 3
_MAX_KEPT = 1000
# An answer counts for a second, and so does a failure: a page that makes twenty calls costs one
# question, and a revocation is still noticed as fast as a live feed would have told it.
_KEEP_SECONDS = 1


class Introspection:
    """Whether a token is active right now, according to the server. Any thread may ask."""

    def __init__(self, url: str, *, authorization: str, now: Callable[[], float]) -> None:
        self._url = url
        self._authorization = authorization
        self._now = now
        self.after_fork()
        renew_after_fork(self)

    def after_fork(self) -> None:
        """Forget the questions of another process."""
        self._lock = Lock()
        self._broken_until = float("-inf")
        self._kept: dict[str, tuple[float, Future[bool | None]]] = {}

    def is_active(self, token: str) -> bool:
        """Ask; `VerifierError` `service_unavailable` if there is no answer."""
        answer, is_mine = self._claim(token)
        if is_mine:
            answer.set_result(self._ask(token))
        active = answer.result()
        if active is None:
            message = "the issuer could not be asked about the token"
            raise VerifierError(message, retry_after_seconds=_KEEP_SECONDS)
        return active

    def _claim(self, token: str) -> tuple[Future[bool | None], bool]:
        with self._lock:
            now = self._now()
            until, answer = self._kept.get(token, (now, Future[bool | None]()))
            if now < until:
                return answer, False
            if now < self._broken_until:
                answer.set_result(None)
                return answer, False
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            mine: Future[bool | None] = Future()
            self._kept[token] = (now + _KEEP_SECONDS, mine)
            return mine, True

    def _ask(self, token: str) -> bool | None:
        try:
            return self._introspect(token)
        except Exception:  # Whatever goes wrong, nothing is known about the token.
            self._broken_until = self._now() + _KEEP_SECONDS
            return None

    def _introspect(self, token: str) -> bool:
        form = urlencode({"token": token, "token_type_hint": "access_token"})
        headers = {
            "Accept": "application/json",
            "Authorization": self._authorization,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        request = Request(url=self._url, headers=headers, method="POST", body=form.encode("ascii"))
        answer = send(request, timeout_seconds=_TIMEOUT_SECONDS, max_bytes=_MAX_BYTES)
        active = (parse_json_object(answer.body) or {}).get("active")
        if answer.status != 200 or not isinstance(active, bool):
            raise ValueError("the answer does not say whether the token is active")
        return active
