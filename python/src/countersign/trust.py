"""Options that say which keys are trusted: exactly one source, and its algorithms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from countersign.jwks import verification_keys
from countersign.keys import VerificationKey, hmac_key
from countersign.options import Jwks, read_algorithms, read_url
from countersign.protocol import Algorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustOptions:
    """Exactly one of `jwks_url`, `jwks` and `secret` says which keys are trusted.

    `["HS256"]` goes with `secret`, all other algorithms with a key set: shared secrets and public
    keys never meet in one list (RFC 8725 section 2.1).
    """

    algorithms: Sequence[Algorithm]
    jwks_url: str | None = None
    jwks: Jwks | None = field(default=None, repr=False)
    secret: str | Sequence[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        algorithms = read_algorithms(self.algorithms)
        object.__setattr__(self, "algorithms", algorithms)
        sources = (self.jwks_url, self.jwks, self.secret)
        if sum(source is not None for source in sources) != 1:
            raise ValueError('give exactly one of "jwks_url", "jwks" and "secret"')
        if ("HS256" in algorithms) != (self.secret is not None):
            raise ValueError('HS256 needs "secret", and "secret" needs HS256')
        if self.secret is not None and len(algorithms) > 1:
            raise ValueError('HS256 stands alone in "algorithms"')
        if self.jwks_url is not None:
            read_url("jwks_url", self.jwks_url)
        elif not any(key.algorithm in algorithms for key in self.fixed_keys()):
            raise ValueError('no key is for any of "algorithms"')

    def fixed_keys(self) -> tuple[VerificationKey, ...]:
        """Read the keys that are given in full."""
        if self.jwks is not None:
            return verification_keys(self.jwks)
        secret = self.secret or ()
        return tuple(hmac_key(text) for text in ([secret] if isinstance(secret, str) else secret))


@dataclass(frozen=True, slots=True, kw_only=True)
class Also(TrustOptions):
    """A second way to trust tokens, while a system moves from one to the other.

    From `until` on, a date with a time zone, it is as if the option had never been given.
    """

    until: datetime

    def __post_init__(self) -> None:
        TrustOptions.__post_init__(self)
        if not isinstance(self.until, datetime) or self.until.tzinfo is None:
            raise TypeError('"until" is not a date with a time zone')
