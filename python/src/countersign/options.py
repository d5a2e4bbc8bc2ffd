"""Options of a verifier: read once, checked at start-up, then frozen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countersign.http_request import is_http_url
from countersign.jwks import verification_keys
from countersign.keys import VerificationKey, hmac_key
from countersign.protocol import ALGORITHMS, Algorithm

Jwks = Mapping[str, Any]
Clock = Callable[[], float]


def read_text(name: str, value: object) -> str:
    """Refuse anything but a text with something in it."""
    if not isinstance(value, str) or value == "":
        raise TypeError(f'"{name}" is not a text')
    return value


def read_integer(name: str, value: object, *, least: int, most: int) -> int:
    """Refuse anything but an integer within bounds."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f'"{name}" is not an integer from {least} to {most}')
    return value


def read_url(name: str, value: object) -> str:
    """Refuse anything but an http or https address without credentials."""
    if not isinstance(value, str) or not is_http_url(value):
        raise ValueError(f'"{name}" is not a http or https address without credentials')
    return value


def read_algorithms(value: object) -> tuple[Algorithm, ...]:
    """Refuse an empty list, a single text, and algorithms that we do not know."""
    is_list = isinstance(value, list | tuple) and len(value) > 0
    if not is_list or not all(name in ALGORITHMS for name in value):  # type: ignore[attr-defined]
        raise ValueError(f'"algorithms" is not a list of {", ".join(ALGORITHMS)}')
    return tuple(value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOptions:
    """Where the trusted keys are: exactly one of the three, fit for the algorithms.

    Shared secrets and public keys never meet in one verifier (RFC 8725 section 2.1).
    """

    algorithms: tuple[Algorithm, ...]
    jwks_url: str | None
    jwks: Jwks | None
    secret: str | Sequence[str] | None

    def __post_init__(self) -> None:
        if self.jwks_url is not None:
            read_url("jwks_url", self.jwks_url)
        sources = (self.jwks_url, self.jwks, self.secret)
        if sum(source is not None for source in sources) != 1:
            raise ValueError('give exactly one of "jwks_url", "jwks" and "secret"')
        if ("HS256" in self.algorithms) != (self.secret is not None):
            raise ValueError('HS256 needs "secret", and "secret" needs HS256')
        if self.secret is not None and len(self.algorithms) > 1:
            raise ValueError('HS256 stands alone in "algorithms"')

    def fixed_keys(self) -> tuple[VerificationKey, ...]:
        """Read the keys that are given in full; `ValueError` if none is of use."""
        keys = verification_keys(self.jwks) if self.jwks is not None else self._secret_keys()
        if not any(key.algorithm in self.algorithms for key in keys):
            raise ValueError('no key is for any of "algorithms"')
        return keys

    def _secret_keys(self) -> tuple[VerificationKey, ...]:
        secret = self.secret or ""
        secrets = [secret] if isinstance(secret, str) else list(secret)
        return tuple(hmac_key(text) for text in secrets)
