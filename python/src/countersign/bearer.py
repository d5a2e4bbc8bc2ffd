"""Finds the bearer token of a request (RFC 6750 section 2), and nothing that looks like one."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from countersign.problem import RefusedError

_SCHEME_LENGTH = len("bearer")
_IS_BEARER = re.compile(r"bearer(\s|$)", re.IGNORECASE)
_BEARER_AMONG_OTHERS = re.compile(r",\s*bearer(\s|$)", re.IGNORECASE)


def read_bearer(headers: Iterable[tuple[bytes, bytes]], query: bytes) -> str | None:
    """Return the token in `Authorization: Bearer`, `None` if there are no credentials.

    What comes after the scheme is judged by the verifier. A token in the query is refused, because
    addresses end up in logs (RFC 9700 section 4.3.2), and so are two tokens at once (RFC 6750
    section 3.1). `headers` are those of ASGI: several of one name are joined by commas.
    """
    if query and _has_token(query):
        raise RefusedError("invalid_request")
    fields = [value for name, value in headers if name == b"authorization"]
    if not fields:
        return None
    authorization = b", ".join(fields).decode("latin-1").strip(" \t")
    is_list = "," in authorization
    if is_list and _BEARER_AMONG_OTHERS.search(authorization):
        raise RefusedError("invalid_request")
    if not _IS_BEARER.match(authorization):
        return None
    if is_list:
        raise RefusedError("invalid_request")
    if authorization[_SCHEME_LENGTH : _SCHEME_LENGTH + 1] != " ":
        raise RefusedError("invalid_token")
    return authorization[_SCHEME_LENGTH + 1 :]


def _has_token(query: bytes) -> bool:
    """A name that is not spelt out can only be there with an escape."""
    if b"access_token" not in query and b"%" not in query:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return any(name == "access_token" for name, _ in pairs)
