"""Two ways to trust tokens while a system moves from one to the other.

Their keys never meet: a token is judged by one way as a whole, and by the other only if it names no
key of the first.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from countersign.errors import TokenError, VerifierError
from countersign.json_object import JsonObject
from countersign.keys import VerificationKey
from countersign.lane import Lane
from countersign.notices import Notices
from countersign.options import Clock

Verify = Callable[[str], JsonObject | None]


class Lanes:
    """Judges tokens by the first way and, until it ends, by the second."""

    def __init__(
        self, first: Lane, second: Lane | None, until: float, now: Clock, notices: Notices
    ) -> None:
        self._first = first
        self._second = second
        self._until = until
        self._now = now
        self._notices = notices
        self._basis: tuple[object, object] = (None, None)
        self.basis()

    def basis(self) -> object:
        """What verdicts rest on: the very same as before, unless a token may be judged anew."""
        keys = self._first.current()
        second = self._second
        if second is None:
            return keys
        if self._now() >= self._until:
            self._second = None
            message = 'the time of "also" is over; it can be removed'
            self._notices.tell("also_ended", message)
            return keys
        others, basis = second.current(), self._basis
        if basis[0] is not keys or basis[1] is not others:
            basis = self._basis = (keys, others)
        return basis

    def keys_at_hand(self) -> list[VerificationKey]:
        """Return the keys at hand."""
        lanes = [self._first] if self._second is None else [self._first, self._second]
        return [key for lane in lanes for key in lane.current() or ()]

    def ready(self) -> None:
        """Wait for keys. The old way may be gone already; its keys are looked for when needed."""
        self._first.ready()
        if self._second is not None:
            with suppress(VerifierError):
                self._second.ready()

    def verify(self, token: str) -> JsonObject:
        """Return the claims of a token. May wait for keys. `TokenError`, `VerifierError`."""
        second = self._second
        claims = _try_both(token, self._first.verify, second.verify if second else None)
        if claims is None:
            raise VerifierError("the keys are not loaded yet", retry_after_seconds=1)
        return claims

    def verify_now(self, token: str) -> JsonObject | None:
        """Do the same without waiting; `None` if only waiting would tell."""
        second = self._second
        return _try_both(token, self._first.verify_now, second.verify_now if second else None)


def _try_both(token: str, first: Verify, second: Verify | None) -> JsonObject | None:
    try:
        return first(token)
    except (TokenError, VerifierError) as error:
        if second is None or not _is_for_other(error):
            raise
        refusal = error
    try:
        return second(token)
    except (TokenError, VerifierError) as other:
        _refuse(refusal, other)


def _is_for_other(error: TokenError | VerifierError) -> bool:
    """Whether a refusal leaves open that the token is good under other keys."""
    return isinstance(error, VerifierError) or error.rule in ("alg", "kid")


def _refuse(first: TokenError | VerifierError, second: TokenError | VerifierError) -> NoReturn:
    """Tell of the verdict of the way that has the token's key.

    If none has, that keys are missing; if none are, of the way that takes the token's algorithm.
    """
    if not _is_for_other(second):
        raise second
    for error in (first, second):
        if isinstance(error, VerifierError):
            raise error
    raise second if isinstance(first, TokenError) and first.rule == "alg" else first
