"""JSON as a verifier must read it (RFC 8725bis): valid UTF-8, an object, no member twice."""

import json
import math
from typing import Any, NoReturn, TypeAlias, TypeGuard

JsonObject: TypeAlias = dict[str, Any]

MAX_SAFE_INTEGER = 2**53 - 1
_MAX_DEPTH = 32
# The largest double has 309 digits; Python refuses to read integers of more than 4300.
_MAX_DIGITS = 400


def parse_json_object(data: bytes) -> JsonObject | None:
    """Parse a JSON object.

    `None` for invalid UTF-8, invalid JSON, anything but an object, a member that appears twice at
    any depth, and nesting deeper than 32.
    """
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and _is_shallow(value, 0) else None


def read_object(text: str) -> JsonObject | None:
    """Read the object in a JSON text of a server that we trust."""
    try:
        value = _LENIENT_DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def is_version(value: object) -> TypeGuard[int]:
    """Whether a JSON value is a whole number that every language holds exactly."""
    return type(value) is int and 0 <= value <= MAX_SAFE_INTEGER


def is_number(value: object) -> bool:
    """Whether a JSON value is a number: in Python, `True` is an `int` as well."""
    return type(value) is int or type(value) is float


def _object_of(pairs: list[tuple[str, Any]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member appears twice")
    return value


def _integer_of(text: str) -> int | float:
    return int(text) if len(text) <= _MAX_DIGITS else float(text)


def _number_of(text: str) -> int | float:
    """A whole number is one however it is written, as in JavaScript: `1.0` is `1`."""
    value = float(text)
    is_whole = math.isfinite(value) and value.is_integer() and abs(value) <= MAX_SAFE_INTEGER
    return int(value) if is_whole else value


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _is_shallow(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        members = value.values()
    elif isinstance(value, list):
        members = value  # type: ignore[assignment]
    else:
        return True
    return depth <= _MAX_DEPTH and all(_is_shallow(member, depth + 1) for member in members)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of,
    parse_int=_integer_of,
    parse_float=_number_of,
    parse_constant=_refuse_constant,
)
_LENIENT_DECODER = json.JSONDecoder(
    parse_int=_integer_of,
    parse_float=_number_of,
    parse_constant=_refuse_constant,
)
