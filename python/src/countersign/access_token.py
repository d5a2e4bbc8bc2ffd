"""The access token: a JWT of the RFC 9068 profile with the claims of `spec/protocol.md`."""

import sys
from dataclasses import dataclass
from typing import Any

from countersign.errors import TokenError, invalid_token
from countersign.json_object import JsonObject, is_number, is_version, parse_json_object
from countersign.jws import Trust, verify_jws
from countersign.protocol import (
    ACCESS_TOKEN_LIFETIME_SECONDS,
    ACCESS_TOKEN_TYPE,
    CLOCK_TOLERANCE_SECONDS,
)

_TYPES = (ACCESS_TOKEN_TYPE, f"application/{ACCESS_TOKEN_TYPE}")
_TEXTS = ("sub", "client_id", "sid", "jti", "email", "role")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a token must fulfil. `exp` has no tolerance; durations are seconds."""

    trust: Trust
    issuer: str
    audience: str
    tolerance_seconds: int = CLOCK_TOLERANCE_SECONDS
    max_lifetime_seconds: int = ACCESS_TOKEN_LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS


def verify_access_token(token: str, rules: Rules, now: float) -> JsonObject:
    """Verify an access token by every rule of `spec/protocol.md`, "Access token".

    `TokenError` `invalid_token`, `token_expired`, `unknown_key`, `key_mismatch`.
    """
    header, payload = verify_jws(token, rules.trust)
    if "kid" not in header:
        raise invalid_token("kid", "an access token names its key")
    if not _is_access_token_type(header.get("typ")):
        raise invalid_token("typ", "the token is no access token")
    claims = parse_json_object(payload)
    if claims is None:
        raise invalid_token("payload", "the payload is not a JSON object")
    fault = find_fault(claims)
    if fault:
        raise invalid_token(fault, f'"{fault}" is missing or of the wrong form')
    _check_recipient(claims, rules)
    _check_time(claims, rules, now)
    return claims


def is_expired(exp: float, now: float) -> bool:
    """Whether `exp` has been reached; a broken clock counts. Caches must ask on every hit."""
    return not (exp > now)


def find_fault(claims: JsonObject) -> str | None:
    """Name the first claim that is missing or of the wrong form."""
    if not isinstance(claims.get("iss"), str):
        return "iss"
    if not _is_audience(claims.get("aud")):
        return "aud"
    for name in _TEXTS:
        value = claims.get(name)
        if not isinstance(value, str) or value == "":
            return name
    if "," in claims["role"]:
        return "role"
    if not is_version(claims.get("ver")):
        return "ver"
    instants = ("iat", "exp", "nbf") if "nbf" in claims else ("iat", "exp")
    return next((name for name in instants if not _is_instant(claims.get(name))), None)


def _is_access_token_type(typ: object) -> bool:
    """Media types ignore case, and may leave `application/` out (RFC 7515 section 4.1.9)."""
    return typ == ACCESS_TOKEN_TYPE or (isinstance(typ, str) and typ.lower() in _TYPES)


def _is_audience(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(member, str) for member in value)
    return isinstance(value, str)


def _is_instant(value: Any) -> bool:
    return is_number(value) and 0 <= value <= sys.float_info.max


def _check_recipient(claims: JsonObject, rules: Rules) -> None:
    aud = claims["aud"]
    if claims["iss"] != rules.issuer:
        raise invalid_token("iss", '"iss" is another issuer')
    # `in` would look for a part of a text.
    if rules.audience not in (aud if isinstance(aud, list) else [aud]):
        raise invalid_token("aud", '"aud" is another audience')


def _check_time(claims: JsonObject, rules: Rules, now: float) -> None:
    exp, iat, latest = claims["exp"], claims["iat"], now + rules.tolerance_seconds
    if is_expired(exp, now):
        raise TokenError("token_expired", "exp", '"exp" is in the past')
    if iat > latest:
        raise invalid_token("iat", '"iat" is in the future')
    if claims.get("nbf", 0) > latest:
        raise invalid_token("nbf", '"nbf" is in the future')
    if exp - iat > rules.max_lifetime_seconds:
        raise invalid_token("lifetime", "the token lives too long")
