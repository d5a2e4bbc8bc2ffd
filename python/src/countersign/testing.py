"""For the tests of an application: a key, a token for anyone, a verifier, a feed; one line each.

```py
auth = FakeAuth(audience="todo-api")
verifier = auth.verifier()
token = auth.token(user_id="ada", role="admin")

feed = FakeFeed()
verifier = auth.verifier(feed=feed, when_stale="closed")
feed.revoke_session("session-1")
```
"""

import json
import secrets
import time
import uuid
from typing import Any, Literal, TypedDict

from countersign.errors import VerifierError
from countersign.keys import hmac_key
from countersign.options import Clock
from countersign.protocol import ACCESS_TOKEN_LIFETIME_SECONDS, ACCESS_TOKEN_TYPE, Algorithm
from countersign.revocation_guard import RevocationGuard
from countersign.revocations import StalePolicy
from countersign.signing import PrivateKey, generate_private_key, public_jwk, sign_jws
from countersign.verifier import Verifier

__all__ = ["FakeAuth", "FakeFeed"]


class FakeFeed:
    """A revocation feed without a server. It is live until told otherwise."""

    def __init__(self) -> None:
        self.state: Literal["live", "stale"] = "live"
        self.is_started = False
        self.is_closed = False
        #: What introspection answers while the feed is silent; `None` for no answer.
        self.active: bool | None = None
        self._sessions: set[str] = set()
        self._versions: dict[str, int] = {}

    @property
    def lag_ms(self) -> float:
        """Age of the last frame."""
        return 0.0 if self.state == "live" else float("inf")

    def revoke_session(self, session_id: str) -> None:
        """End a session: tokens of it are refused."""
        self._sessions.add(session_id)

    def revoke_user(self, user_id: str, *, ver: int) -> None:
        """Change a user: tokens with a lower `ver` are refused."""
        self._versions[user_id] = ver

    def fall_silent(self) -> None:
        """Become stale."""
        self.state = "stale"

    def come_back(self) -> None:
        """Become live."""
        self.state = "live"

    def denies(self, *, sub: str, sid: str, ver: int) -> bool:
        """Whether a token was revoked."""
        return sid in self._sessions or ver < self._versions.get(sub, 0)

    def is_active(self, token: str) -> bool:
        """Answer as introspection does."""
        if self.active is None:
            raise VerifierError("there is no server", retry_after_seconds=1)
        return self.active

    def start(self) -> None:
        """Do nothing."""
        self.is_started = True

    def wait_until_live(self, timeout_seconds: float) -> bool:
        """Tell at once."""
        return self.state == "live"

    def close(self) -> None:
        """Become stale."""
        self.is_closed = True
        self.fall_silent()


class Keys(TypedDict, total=False):
    """The option of a verifier that says which keys are trusted."""

    secret: str
    jwks: dict[str, Any]


class FakeAuth:
    """An auth server without a server: it holds a key and issues access tokens.

    `secret` is the shared secret of HS256; other algorithms get a key pair of their own.
    """

    def __init__(
        self,
        *,
        issuer: str = "https://auth.example.com/api/auth",
        audience: str = "test-api",
        algorithm: Algorithm = "EdDSA",
        secret: str | None = None,
        now: Clock = time.time,
    ) -> None:
        self.issuer = issuer
        self.audience = audience
        self.algorithm: Algorithm = "HS256" if secret else algorithm
        self.now = now
        self._key: PrivateKey | bytes
        if self.algorithm == "HS256":
            secret = secret or secrets.token_urlsafe(32)
            self._key, self.kid = secret.encode("utf-8"), hmac_key(secret).kid
            #: What a verifier is given: `Verifier(…, **auth.keys)`.
            self.keys: Keys = {"secret": secret}
        else:
            self._key = generate_private_key(self.algorithm)
            jwk = public_jwk(self._key)
            self.kid, self.keys = jwk["kid"], {"jwks": {"keys": [jwk]}}

    def verifier(
        self, *, feed: FakeFeed | None = None, when_stale: StalePolicy = "open", **options: Any
    ) -> Verifier:
        """Make a verifier that trusts this key. `options` are those of `Verifier`."""
        defaults: dict[str, Any] = {
            "issuer": self.issuer,
            "audience": self.audience,
            "algorithms": [self.algorithm],
            "now": self.now,
            **self.keys,
        }
        verifier = Verifier(**{**defaults, **options})
        # There is no issuer whose secrets could be compared with ours.
        verifier._compares_secrets = False
        if feed is not None:
            verifier._guard = RevocationGuard(feed, feed, when_stale=when_stale)
        return verifier

    def token(
        self,
        *,
        user_id: str = "user-1",
        email: str = "user@example.com",
        role: str = "user",
        session_id: str = "session-1",
        lifetime_seconds: int = ACCESS_TOKEN_LIFETIME_SECONDS,
        **claims: Any,
    ) -> str:
        """Issue an access token. `claims` come last: they replace and add, and `None` leaves out.

        A token that has expired: `lifetime_seconds=-1`.
        """
        now = int(self.now())
        issued_at = min(now, now + lifetime_seconds - 1)
        own = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": user_id,
            "client_id": "test-client",
            "sid": session_id,
            "jti": str(uuid.uuid4()),
            "iat": issued_at,
            "exp": now + lifetime_seconds,
            "email": email,
            "role": role,
            "ver": 1,
            **claims,
        }
        wanted = {name: value for name, value in own.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.kid, "typ": ACCESS_TOKEN_TYPE}
        return sign_jws(header, json.dumps(wanted).encode("utf-8"), self._key)
