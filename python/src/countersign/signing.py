"""Signs tokens, for tests: an API never issues them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from countersign.base64url import encode_base64url
from countersign.keys import thumbprint
from countersign.protocol import Algorithm

PrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def generate_private_key(algorithm: Algorithm) -> PrivateKey:
    """Make a key pair. RS256 takes a moment."""
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    raise ValueError("a shared secret is no key pair")


def public_jwk(key: PrivateKey) -> dict[str, str]:
    """Write the public half as JWK, named by its RFC 7638 thumbprint."""
    members = _public_members(key)
    return {**members, "kid": thumbprint(members), "use": "sig"}


def sign_jws(header: Mapping[str, Any], payload: bytes, key: PrivateKey | bytes) -> str:
    """Sign bytes under exactly this header."""
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    signed = f"{encode_base64url(text)}.{encode_base64url(payload)}"
    return f"{signed}.{encode_base64url(_signature(signed.encode('ascii'), key))}"


def _public_members(key: PrivateKey) -> dict[str, str]:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        x = encode_base64url(key.public_key().public_bytes_raw())
        return {"alg": "EdDSA", "kty": "OKP", "crv": "Ed25519", "x": x}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        x, y = (encode_base64url(number.to_bytes(32, "big")) for number in (point.x, point.y))
        return {"alg": "ES256", "kty": "EC", "crv": "P-256", "x": x, "y": y}
    numbers = key.public_key().public_numbers()
    return {"alg": "RS256", "kty": "RSA", "e": _number(numbers.e), "n": _number(numbers.n)}


def _number(value: int) -> str:
    return encode_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _signature(signed: bytes, key: PrivateKey | bytes) -> bytes:
    if isinstance(key, bytes):
        return hmac.new(key, signed, hashlib.sha256).digest()
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(signed)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return key.sign(signed, PKCS1v15(), SHA256())
