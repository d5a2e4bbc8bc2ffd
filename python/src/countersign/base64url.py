"""Unpadded base64url (RFC 4648 section 5) in its canonical spelling only: one token, one text."""

from base64 import urlsafe_b64encode
from binascii import Error, a2b_base64

_TO_BASE64 = bytes.maketrans(b"-_", b"+/")


def encode_base64url(data: bytes) -> str:
    """Write bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes | None:
    """Read bytes.

    `None` for padding, foreign characters, white space, and unused bits that are set: the decoder
    would skip them all, so the bytes must give back the very same text.
    """
    try:
        ascii_text = text.encode("ascii")
        data = a2b_base64(ascii_text.translate(_TO_BASE64) + b"==")
    except (UnicodeEncodeError, Error):
        return None
    return data if encode_base64url(data) == text else None
