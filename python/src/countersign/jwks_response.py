"""One request for a key set, distrustful of what comes back."""

import re
from dataclasses import dataclass, replace
from email.message import Message

from countersign.http_request import Request, send
from countersign.json_object import parse_json_object
from countersign.jwks import verification_keys
from countersign.keys import VerificationKey

_ACCEPT = "application/jwk-set+json, application/json"
_MAX_BYTES = 65_536
_DEFAULT_FRESH_SECONDS = 300
_MIN_FRESH_SECONDS = 30
_MAX_FRESH_SECONDS = 86_400
_NOT_KEPT = re.compile(r"\bno-(store|cache)\b", re.IGNORECASE)
_AGE = re.compile(r"[0-9]{1,9}")
_MAX_AGE = re.compile(r'\bmax-age="?([0-9]{1,9})', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LoadedJwks:
    """A key set as it was loaded."""

    keys: tuple[VerificationKey, ...]
    body: bytes
    etag: str | None
    #: How long the set need not be asked for again.
    fresh_seconds: int


def request_jwks(url: str, *, known: LoadedJwks | None, timeout_seconds: float) -> LoadedJwks:
    """Load a key set; `keys` are the very same as those of `known` if nothing changed.

    Redirects, errors, more than 64 KB and any set with a bad key raise.
    """
    headers = {"Accept": _ACCEPT}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    request = Request(url=url, headers=headers)
    answer = send(request, timeout_seconds=timeout_seconds, max_bytes=_MAX_BYTES)
    fresh_seconds = _fresh_seconds_of(answer.headers)
    if answer.status == 304 and known and known.etag:
        return replace(known, fresh_seconds=fresh_seconds)
    if answer.status != 200:
        raise ValueError(f"the key set was answered with status {answer.status}")
    is_known = known is not None and known.body == answer.body
    keys = known.keys if known and is_known else _read_keys(answer.body)
    return LoadedJwks(keys, answer.body, answer.headers.get("ETag"), fresh_seconds)


def _read_keys(body: bytes) -> tuple[VerificationKey, ...]:
    keys = verification_keys(parse_json_object(body))
    if any(key.algorithm == "HS256" for key in keys):
        raise ValueError("the key set publishes a shared secret")
    return keys


def _fresh_seconds_of(headers: Message) -> int:
    """What `max-age` leaves of the time that caches on the way have used (RFC 9111 section 4.2)."""
    cache_control = headers.get("Cache-Control") or ""
    if _NOT_KEPT.search(cache_control):
        return _MIN_FRESH_SECONDS
    max_age = _MAX_AGE.search(cache_control)
    age = _AGE.fullmatch(headers.get("Age") or "")
    used = int(age[0]) if age else 0
    seconds = int(max_age[1]) - used if max_age else _DEFAULT_FRESH_SECONDS
    return min(max(seconds, _MIN_FRESH_SECONDS), _MAX_FRESH_SECONDS)
