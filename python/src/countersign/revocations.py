"""The option `revocations`: where a verifier hears of revocations, and what if it does not."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args
from urllib.parse import quote_plus

from countersign.options import read_text, read_url

StalePolicy: TypeAlias = Literal["open", "closed", "introspect"]
Transport: TypeAlias = Literal["stream", "poll"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """A client of the auth server with the scopes `revocations:read` and `tokens:introspect`.

    `url` and `introspection_url` default to `{issuer}/revocations` and `{issuer}/introspect`.
    `when_stale` is what happens to a valid token while the feed tells nothing:

    - `open` (default): it is accepted until it expires
    - `closed`: `VerifierError` `service_unavailable`
    - `introspect`: the auth server is asked about it; the same error if there is no answer

    `transport` is `stream`, with long polls where a stream does not get through, or `poll`.
    """

    client_id: str
    client_secret: str = field(repr=False)
    url: str | None = None
    introspection_url: str | None = None
    when_stale: StalePolicy = "open"
    transport: Transport = "stream"

    def __post_init__(self) -> None:
        read_text("client_id", self.client_id)
        read_text("client_secret", self.client_secret)
        for name in ("url", "introspection_url"):
            if getattr(self, name) is not None:
                read_url(name, getattr(self, name))
        read_stale_policy(self.when_stale)
        if self.transport not in get_args(Transport):
            raise ValueError('"transport" is neither stream nor poll')

    @property
    def authorization(self) -> str:
        """`Authorization` of the client: both are form-encoded first (RFC 6749 section 2.3.1)."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
        return f"Basic {b64encode(pair.encode('ascii')).decode('ascii')}"


def read_stale_policy(value: object) -> StalePolicy | None:
    """Refuse a text that is no policy."""
    if value is not None and value not in get_args(StalePolicy):
        raise ValueError(f'"when_stale" is not one of {", ".join(get_args(StalePolicy))}')
    return value  # type: ignore[return-value]
