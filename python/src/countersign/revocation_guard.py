"""Whether the holder of a valid token may still use it: what the feed told, and what if not."""

from collections.abc import Callable
from typing import Literal, Protocol

from countersign.errors import TokenError, VerifierError
from countersign.feed_connection import FeedAddress
from countersign.feed_listener import FeedListener
from countersign.identity import Identity
from countersign.introspection import Introspection
from countersign.notices import Notices
from countersign.revocation_feed import FeedStatus, RevocationFeed
from countersign.revocations import Revocations, StalePolicy

# 250 000 take about 40 MB; a server that tells of more is not believed.
_MAX_ENTRIES = 250_000
# How long `ready` waits for the first snapshot.
_READY_SECONDS = 10
_RETRY_AFTER_SECONDS = 5


class DeafGuard:
    """Knows nothing, ever: who insists on knowing is refused."""

    state: Literal["stale"] = "stale"
    lag_ms = float("inf")

    @property
    def feed(self) -> FeedStatus:
        """Always stale."""
        return self

    def admit(self, identity: Identity, token: str, policy: StalePolicy | None) -> None:
        """Refuse unless the policy is open."""
        _refuse_unless_open(policy or "open")

    def would_ask(self, policy: StalePolicy | None) -> bool:
        """Return `False`: there is nobody to ask."""
        return False

    def start(self) -> None:
        """Do nothing."""

    def ready(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Feed(FeedStatus, Protocol):
    """Tells what was revoked."""

    is_started: bool
    is_closed: bool

    def denies(self, *, sub: str, sid: str, ver: int) -> bool:
        """Whether a token was revoked, as far as is known."""

    def start(self) -> None:
        """Listen, unless that is happening already."""

    def wait_until_live(self, timeout_seconds: float) -> bool:
        """Wait for the first snapshot."""

    def close(self) -> None:
        """Stop listening."""


class Asking(Protocol):
    """Knows about single tokens."""

    def is_active(self, token: str) -> bool:
        """Ask; `VerifierError` if there is no answer."""


class RevocationGuard:
    """Listens from the first token on, in every process of its own."""

    def __init__(self, feed: Feed, introspection: Asking, *, when_stale: StalePolicy) -> None:
        self._feed = feed
        self._introspection = introspection
        self._when_stale = when_stale

    @property
    def feed(self) -> FeedStatus:
        """How well it is known what was revoked."""
        return self._feed

    def admit(self, identity: Identity, token: str, policy: StalePolicy | None) -> None:
        """Return if the token may be used; may wait for an answer of the issuer.

        `TokenError` `token_revoked`, `VerifierError` `service_unavailable`.
        """
        feed = self._feed
        if not feed.is_started and not feed.is_closed:
            feed.start()
        if feed.denies(sub=identity.user_id, sid=identity.session_id, ver=identity.claims["ver"]):
            raise _revoked()
        policy = policy or self._when_stale
        if policy == "open" or feed.state == "live":
            return
        if policy == "closed":
            _refuse_unless_open(policy)
        if not self._introspection.is_active(token):
            raise _revoked()

    def would_ask(self, policy: StalePolicy | None) -> bool:
        """Whether `admit` may wait for an answer of the issuer right now."""
        return (policy or self._when_stale) == "introspect" and self._feed.state == "stale"

    def start(self) -> None:
        """Begin to listen."""
        self._feed.start()

    def ready(self) -> None:
        """Wait for the first snapshot if tokens are refused without it."""
        self._feed.start()
        if self._when_stale == "closed" and not self._feed.wait_until_live(_READY_SECONDS):
            message = "the revocation feed did not answer"
            raise VerifierError(message, retry_after_seconds=_RETRY_AFTER_SECONDS)

    def close(self) -> None:
        """Stop listening."""
        self._feed.close()


Guard = DeafGuard | RevocationGuard


def guard_of(
    revocations: Revocations,
    *,
    issuer: str,
    keep_seconds: float,
    now: Callable[[], float],
    notices: Notices,
) -> RevocationGuard:
    """Make the guard that an option asks for."""
    authorization = revocations.authorization
    listener = FeedListener(
        issuer=issuer, keep_seconds=keep_seconds, max_entries=_MAX_ENTRIES, now=now
    )
    address = FeedAddress(
        url=revocations.url or f"{issuer}/revocations", authorization=authorization
    )
    introspection_url = revocations.introspection_url or f"{issuer}/introspect"
    always_polls = revocations.transport == "poll"
    return RevocationGuard(
        RevocationFeed(address, listener, notices=notices, always_polls=always_polls),
        Introspection(introspection_url, authorization=authorization, now=now),
        when_stale=revocations.when_stale,
    )


def _revoked() -> TokenError:
    message = "the session ended or its user changed"
    return TokenError("token_revoked", "revocation", message)


def _refuse_unless_open(policy: StalePolicy) -> None:
    if policy != "open":
        message = "it is not known what was revoked"
        raise VerifierError(message, retry_after_seconds=_RETRY_AFTER_SECONDS)
