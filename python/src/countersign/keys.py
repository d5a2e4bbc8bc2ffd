"""Keys that verify: one algorithm each, checked once when they are made."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from countersign.base64url import decode_base64url, encode_base64url
from countersign.protocol import ALGORITHMS, MIN_SECRET_BYTES, Algorithm

PublicKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
Jwk: TypeAlias = Mapping[str, Any]

_MIN_RSA_BITS = 2048
# Members that RFC 7638 hashes, in its order; for public keys they are the whole key.
_THUMBPRINT_MEMBERS = {
    "OKP": ("crv", "kty", "x"),
    "EC": ("crv", "kty", "x", "y"),
    "RSA": ("e", "kty", "n"),
    "oct": ("k", "kty"),
}


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key that verifies: public, or the bytes of a shared secret."""

    kid: str
    algorithm: Algorithm
    key: PublicKey | bytes = field(repr=False)


def hmac_key(secret: str) -> VerificationKey:
    """Make the HS256 key of a shared secret: the exact UTF-8 bytes of the text.

    `ValueError` for fewer than 32 bytes (RFC 7518 section 3.2), or the PEM text of another key.
    """
    if not isinstance(secret, str):
        raise TypeError("an HMAC secret is a text")
    if "-----BEGIN" in secret:
        raise ValueError("a PEM key or certificate is not an HMAC secret")
    return _secret_key(secret.encode("utf-8"), None)


def verification_key_from_jwk(jwk: Jwk) -> VerificationKey:
    """Make the verification key of a JWK; `kid` defaults to the RFC 7638 thumbprint.

    `ValueError` for a JWK without `alg`, of another type than `alg` needs, or too weak.
    """
    algorithm = _algorithm_of(jwk)
    if algorithm == "HS256":
        return _secret_key_from_jwk(jwk)
    if jwk.get("use", "sig") != "sig":
        raise ValueError('"use" of the JWK is not sig')
    try:
        key = _public_key(algorithm, jwk)
    except UnsupportedAlgorithm as error:
        raise ValueError("the key cannot be read") from error
    return VerificationKey(kid=_kid_of(jwk), algorithm=algorithm, key=key)


def thumbprint(jwk: Jwk) -> str:
    """Name a JWK by RFC 7638 (SHA-256, base64url). Private members play no part."""
    names = _THUMBPRINT_MEMBERS.get(jwk.get("kty", ""))
    if names is None:
        raise ValueError('"kty" of the JWK is not known')
    members = {name: jwk[name] for name in names if name in jwk}
    text = json.dumps(members, separators=(",", ":"), ensure_ascii=False)
    return encode_base64url(hashlib.sha256(text.encode("utf-8")).digest())


def _algorithm_of(jwk: Jwk) -> Algorithm:
    for algorithm in ALGORITHMS:
        if algorithm == jwk.get("alg"):
            return algorithm
    raise ValueError(f'"alg" of the JWK is not one of {", ".join(ALGORITHMS)}')


def _kid_of(jwk: Jwk) -> str:
    if "kid" not in jwk:
        return thumbprint(jwk)
    kid = jwk["kid"]
    if not isinstance(kid, str) or kid == "":
        raise ValueError('"kid" is not a text')
    return kid


def _secret_key_from_jwk(jwk: Jwk) -> VerificationKey:
    if jwk.get("kty") != "oct":
        raise ValueError("HS256 needs a JWK of type oct")
    return _secret_key(_bytes_of(jwk, "k"), _kid_of(jwk) if "kid" in jwk else None)


def _secret_key(secret: bytes, kid: str | None) -> VerificationKey:
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"an HMAC secret needs at least {MIN_SECRET_BYTES} bytes")
    return VerificationKey(kid=kid or _secret_kid(secret), algorithm="HS256", key=secret)


def _secret_kid(secret: bytes) -> str:
    """Name a secret without telling it, so that two services can see that theirs differ."""
    return encode_base64url(hashlib.sha256(b"countersign-kid" + secret).digest())[:8]


def _public_key(algorithm: Algorithm, jwk: Jwk) -> PublicKey:
    """One algorithm per key, and the key of its type (RFC 8725 section 3.1)."""
    kind = (jwk.get("kty"), jwk.get("crv"))
    if algorithm == "EdDSA":
        if kind != ("OKP", "Ed25519"):
            raise ValueError("EdDSA needs an Ed25519 key")
        return ed25519.Ed25519PublicKey.from_public_bytes(_bytes_of(jwk, "x"))
    if algorithm == "ES256":
        if kind != ("EC", "P-256"):
            raise ValueError("ES256 needs a P-256 key")
        x, y = _number_of(jwk, "x"), _number_of(jwk, "y")
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    if kind[0] != "RSA":
        raise ValueError("RS256 needs an RSA key")
    key = rsa.RSAPublicNumbers(_number_of(jwk, "e"), _number_of(jwk, "n")).public_key()
    if key.key_size < _MIN_RSA_BITS:
        raise ValueError(f"RS256 needs an RSA key of at least {_MIN_RSA_BITS} bits")
    return key


def _bytes_of(jwk: Jwk, name: str) -> bytes:
    value = jwk.get(name)
    data = decode_base64url(value) if isinstance(value, str) else None
    if data is None:
        raise ValueError(f'"{name}" of the JWK is not base64url')
    return data


def _number_of(jwk: Jwk, name: str) -> int:
    return int.from_bytes(_bytes_of(jwk, name), "big")
