import pytest

from countersign.base64url import decode_base64url, encode_base64url


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff\xfe", b"abc", bytes(range(256))])
def test_reads_what_it_writes(data: bytes) -> None:
    assert decode_base64url(encode_base64url(data)) == data


@pytest.mark.parametrize(
    "text", ["A", "AA=", "AA==", "AB", "A A", "AA\n", "+/+/", "A-_ä", "AAAAA", "AA.A", "=", "é"]
)
def test_refuses_any_other_spelling(text: str) -> None:
    assert decode_base64url(text) is None
