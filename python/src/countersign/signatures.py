"""Whether a key made a signature."""

import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from countersign.base64url import encode_base64url
from countersign.keys import PublicKey

_HMAC_TEXT_LENGTH = 43
_ECDSA = ECDSA(SHA256())
_PADDING = PKCS1v15()
_SHA256 = SHA256()


def is_hmac(secret: bytes, signed: bytes, segment: str) -> bool:
    """Compare the texts of both MACs: equal texts are canonical as well."""
    if len(segment) != _HMAC_TEXT_LENGTH or not segment.isascii():
        return False
    expected = encode_base64url(hmac.digest(secret, signed, "sha256"))
    return hmac.compare_digest(expected, segment)


def is_signature(key: PublicKey, signed: bytes, signature: bytes) -> bool:
    """Check the signature that the type of the key stands for: EdDSA, ES256, RS256."""
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, signed)
        elif isinstance(key, EllipticCurvePublicKey):
            _verify_ecdsa(key, signed, signature)
        else:
            key.verify(signature, signed, _PADDING, _SHA256)
    except InvalidSignature:
        return False
    return True


def _verify_ecdsa(key: EllipticCurvePublicKey, signed: bytes, signature: bytes) -> None:
    """Exactly r and s (RFC 7518 section 3.4); never the ASN.1 form."""
    if len(signature) != 64:
        raise InvalidSignature
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key.verify(encode_dss_signature(r, s), signed, _ECDSA)
