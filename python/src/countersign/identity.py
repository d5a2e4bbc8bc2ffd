"""Who a verified access token speaks for, in the words of applications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from countersign.json_object import JsonObject
from countersign.read_only import read_only


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified identity. It cannot be changed, since it may come from a cache.

    Instants are in seconds. `iat` and `exp` are other names of `issued_at` and `expires_at`.
    """

    user_id: str
    email: str
    role: str
    session_id: str
    token_id: str
    client_id: str
    issued_at: int | float
    expires_at: int | float
    claims: Mapping[str, Any] = field(repr=False, hash=False)

    @property
    def iat(self) -> int | float:
        """Same as `issued_at`."""
        return self.issued_at

    @property
    def exp(self) -> int | float:
        """Same as `expires_at`."""
        return self.expires_at


def identity_from_claims(claims: JsonObject) -> Identity:
    """Make the identity in verified claims."""
    return Identity(
        user_id=claims["sub"],
        email=claims["email"],
        role=claims["role"],
        session_id=claims["sid"],
        token_id=claims["jti"],
        client_id=claims["client_id"],
        issued_at=claims["iat"],
        expires_at=claims["exp"],
        claims=read_only(claims),
    )
