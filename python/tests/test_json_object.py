import json

import pytest

from countersign.json_object import parse_json_object


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a":' + "[" * 32 + "]" * 32 + "}",
        '{"a":"\\":","b":"\\\\\\":"}',
        ' {\t"a" :\n[ { } ] } ',
        '{"a":-0.5,"b":1e5,"c":true,"d":null}',
    ],
)
def test_reads(text: str) -> None:
    assert parse_json_object(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"a"',
        '{"a":1,"a":1}',
        '{"a":[{"b":1,"b":2}]}',
        '{"a":1,"\\u0061":2}',
        '{"a":NaN}',
        '{"a":-Infinity}',
        '{"a":"\t"}',
        "{} {}",
        "\ufeff{}",
        '{"a":' + "[" * 33 + "]" * 33 + "}",
        '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_refuses(text: str) -> None:
    assert parse_json_object(text.encode()) is None


@pytest.mark.parametrize(
    "data", [b'{"a":"\xff"}', b'{"a":"\xed\xa0\x80"}', '{"a":1}'.encode("utf-16")]
)
def test_refuses_what_is_not_utf8(data: bytes) -> None:
    assert parse_json_object(data) is None


def test_reads_whole_numbers_as_javascript_does() -> None:
    value = parse_json_object(b'{"a":1.0,"b":1.5,"c":1e2,"d":1e999,"e":' + b"9" * 5000 + b"}")

    assert value == {"a": 1, "b": 1.5, "c": 100, "d": float("inf"), "e": float("inf")}
    assert [type(number) for number in value.values()] == [int, float, int, float, float]
