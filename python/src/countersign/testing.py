"""For the tests of an application: a key, a token for anyone, a verifier; one line each.

```py
auth = FakeAuth(audience="todo-api")
verifier = auth.verifier()
token = auth.token(user_id="ada", role="admin")
```
"""

import json
import secrets
import time
import uuid
from typing import Any, TypedDict

from countersign.keys import hmac_key
from countersign.options import Clock
from countersign.protocol import ACCESS_TOKEN_LIFETIME_SECONDS, ACCESS_TOKEN_TYPE, Algorithm
from countersign.signing import PrivateKey, generate_private_key, public_jwk, sign_jws
from countersign.verifier import Verifier

__all__ = ["FakeAuth"]


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

    def verifier(self, **options: Any) -> Verifier:
        """Make a verifier that trusts this key. `options` are those of `Verifier`."""
        defaults: dict[str, Any] = {
            "issuer": self.issuer,
            "audience": self.audience,
            "algorithms": [self.algorithm],
            "now": self.now,
            **self.keys,
        }
        return Verifier(**{**defaults, **options})

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
