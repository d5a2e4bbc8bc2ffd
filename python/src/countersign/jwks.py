"""Key sets (RFC 7517 section 5) as a verifier may trust them."""

from typing import Any

from countersign.errors import KeySetError
from countersign.keys import Jwk, VerificationKey, verification_key_from_jwk
from countersign.protocol import ALGORITHMS

_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


def verification_keys(jwks: object) -> tuple[VerificationKey, ...]:
    """Read the verification keys of a key set; `KeySetError` if it is refused.

    A set with one bad key is refused whole; keys for encryption and of algorithms that we do not
    know are passed over (RFC 7517 section 5).
    """
    jwk_list = _list_of(jwks)
    secrets = sum(jwk.get("kty") == "oct" for jwk in jwk_list)
    if 0 < secrets < len(jwk_list):
        raise KeySetError("key_set_mixed", "shared secrets and public keys in one key set")
    keys = tuple(_verification_key(jwk) for jwk in jwk_list if _is_for_us(jwk))
    if not keys:
        raise KeySetError("key_set_empty", "no usable key in the key set")
    return keys


def _list_of(jwks: object) -> list[dict[str, Any]]:
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not all(isinstance(jwk, dict) for jwk in keys):
        raise KeySetError("key_set_malformed", '"keys" is not a list of keys')
    kids = [jwk.get("kid") for jwk in keys]
    named = [kid for kid in kids if kid is None or isinstance(kid, str)]
    if len(set(named)) != len(named):
        message = 'two keys of the key set have the same "kid", or none'
        raise KeySetError("key_duplicate", message)
    return keys


def _is_for_us(jwk: Jwk) -> bool:
    alg = jwk.get("alg")
    is_unknown = isinstance(alg, str) and alg not in ALGORITHMS
    return jwk.get("use", "sig") == "sig" and not is_unknown


def _verification_key(jwk: Jwk) -> VerificationKey:
    kid, alg = jwk.get("kid"), jwk.get("alg")
    if not isinstance(kid, str) or kid == "" or not isinstance(alg, str):
        raise KeySetError("key_incomplete", 'a key of the key set has no "kid" or no "alg"')
    if not _PRIVATE_MEMBERS.isdisjoint(jwk):
        raise KeySetError("key_private", "a private key in the key set")
    try:
        return verification_key_from_jwk(jwk)
    except (ValueError, TypeError) as error:
        raise KeySetError("key_unusable", "a key of the key set cannot be used") from error
