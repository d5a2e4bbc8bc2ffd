"""The names and numbers of the protocol that an API needs. Pinned by `spec/protocol.json`."""

from typing import Final, Literal, TypeAlias

ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105
MAX_TOKEN_LENGTH: Final = 8192
ACCESS_TOKEN_LIFETIME_SECONDS: Final = 900
CLOCK_TOLERANCE_SECONDS: Final = 5
MIN_SECRET_BYTES: Final = 32

Algorithm: TypeAlias = Literal["EdDSA", "ES256", "RS256", "HS256"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = ("EdDSA", "ES256", "RS256", "HS256")

FEED_STALE_SECONDS: Final = 15
FEED_MAX_WAIT_SECONDS: Final = 25
_CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
SESSION_REVOKED_EVENT: Final = f"{_CAEP}session-revoked"
CLAIMS_CHANGE_EVENT: Final = f"{_CAEP}token-claims-change"
