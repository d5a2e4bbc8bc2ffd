"""How options are read: once, at start-up, distrustfully."""

from collections.abc import Callable, Mapping
from typing import Any

from countersign.http_request import is_http_url
from countersign.protocol import ALGORITHMS, Algorithm

Jwks = Mapping[str, Any]
Clock = Callable[[], float]


def read_text(name: str, value: object) -> str:
    """Refuse anything but a text with something in it."""
    if not isinstance(value, str) or value == "":
        raise TypeError(f'"{name}" is not a text')
    return value


def read_integer(name: str, value: object, *, least: int, most: int) -> int:
    """Refuse anything but an integer within bounds."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f'"{name}" is not an integer from {least} to {most}')
    return value


def read_url(name: str, value: object) -> str:
    """Refuse anything but an http or https address without credentials."""
    if not isinstance(value, str) or not is_http_url(value):
        raise ValueError(f'"{name}" is not a http or https address without credentials')
    return value


def read_algorithms(value: object) -> tuple[Algorithm, ...]:
    """Refuse an empty list, a single text, and algorithms that we do not know."""
    is_list = isinstance(value, list | tuple) and len(value) > 0
    if not is_list or not all(name in ALGORITHMS for name in value):  # type: ignore[attr-defined]
        raise ValueError(f'"algorithms" is not a list of {", ".join(ALGORITHMS)}')
    return tuple(value)  # type: ignore[arg-type]
