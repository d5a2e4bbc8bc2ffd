"""The JWS layer (RFC 7515, compact serialization): who signed these bytes. It knows no claims."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from countersign.base64url import decode_base64url
from countersign.errors import TokenError, invalid_token
from countersign.json_object import JsonObject, parse_json_object
from countersign.keys import VerificationKey
from countersign.protocol import MAX_TOKEN_LENGTH, Algorithm
from countersign.read_only import read_only
from countersign.signatures import is_hmac, is_signature

_MAX_KNOWN_HEADERS = 16
_SECRET_KID = re.compile(r"[\w-]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KnownHeader:
    """A header whose rules were checked, and the key that it names."""

    header: JsonObject
    key: VerificationKey


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that may have signed, one algorithm each, and the algorithms that are accepted."""

    keys: Sequence[VerificationKey]
    algorithms: tuple[Algorithm, ...]
    #: Headers repeat from token to token: those of valid tokens, by their segment. Only holders of
    #: a key can add to it.
    known: dict[str, KnownHeader] = field(default_factory=dict, compare=False, repr=False)


def verify_jws(token: str, trust: Trust) -> tuple[JsonObject, bytes]:
    """Check one signature; return the header and the payload, which may be any bytes but none.

    The key is the one with the token's `kid`; a token without `kid` needs exactly one key of its
    algorithm. `crit` is refused; `jwk`, `jku`, `x5c` and `x5u` are never looked at.
    `TokenError` `invalid_token`, `unknown_key`, `key_mismatch`.
    """
    if not isinstance(token, str) or len(token) > MAX_TOKEN_LENGTH:
        raise invalid_token("length", f"a token is a text of at most {MAX_TOKEN_LENGTH} characters")
    segments = token.split(".", 3)
    if len(segments) != 3:
        raise invalid_token("shape", "a token has three segments")
    known = trust.known.get(segments[0])
    found = known or _read_header(segments[0], trust)
    payload = _decode(segments[1])
    if not _is_signed_by(found.key, token[: token.rindex(".")], segments[2]):
        raise invalid_token("signature", "the signature does not match")
    if known is None and len(trust.known) < _MAX_KNOWN_HEADERS:
        trust.known[segments[0]] = found
    return found.header, payload


def _read_header(segment: str, trust: Trust) -> KnownHeader:
    header = parse_json_object(_decode(segment))
    if header is None:
        raise invalid_token("header", "the header is not a JSON object")
    if "crit" in header:
        raise invalid_token("crit", "no extension is understood")
    algorithm = next((known for known in trust.algorithms if known == header.get("alg")), None)
    if algorithm is None:
        raise invalid_token("alg", "the algorithm is not accepted")
    key = _find_key(header, algorithm, trust.keys)
    return KnownHeader(header=read_only(header), key=key)


def _find_key(
    header: JsonObject, algorithm: Algorithm, keys: Sequence[VerificationKey]
) -> VerificationKey:
    fitting = [key for key in keys if key.algorithm == algorithm]
    if "kid" not in header:
        if len(fitting) == 1:
            return fitting[0]
        message = 'a token without "kid" needs exactly one key of its algorithm'
        raise invalid_token("kid", message)
    kid = header["kid"]
    if not isinstance(kid, str) or kid == "":
        raise invalid_token("kid", '"kid" is not a text')
    named = [key for key in keys if key.kid == kid]
    if not named:
        _refuse_unknown_key(kid, algorithm, fitting)
    if len(named) > 1 or named[0].algorithm != algorithm:
        message = 'the key named by "kid" is for another algorithm, or not the only one'
        raise invalid_token("kid", message)
    return named[0]


def _refuse_unknown_key(
    kid: str, algorithm: Algorithm, fitting: Sequence[VerificationKey]
) -> NoReturn:
    """Two services with different secrets are the commonest fault of shared secrets: name both."""
    if algorithm != "HS256" or not fitting or not _SECRET_KID.fullmatch(kid):
        raise TokenError("unknown_key", "kid", 'no key has the "kid" of the token')
    ours = ", ".join(key.kid for key in fitting)
    message = f"the token was signed with secret {kid}, this verifier holds {ours}"
    raise TokenError("key_mismatch", "kid", message)


def _decode(segment: str) -> bytes:
    data = decode_base64url(segment)
    if not data:
        raise invalid_token("base64url", "a segment is empty or not canonical base64url")
    return data


def _is_signed_by(key: VerificationKey, signed: str, segment: str) -> bool:
    """`signed` is all base64url and one dot by now, so ASCII loses nothing."""
    data = signed.encode("ascii")
    if isinstance(key.key, bytes):
        return is_hmac(key.key, data, segment)
    return is_signature(key.key, data, _decode(segment))
