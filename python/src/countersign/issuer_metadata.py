"""At start-up: does the issuer sign with a secret that we hold?

Two services with different secrets are the commonest fault of shared secrets, and nothing else
shows it before the first user does.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from countersign.http_request import Answer, Request, is_http_url, send
from countersign.json_object import JsonObject, parse_json_object
from countersign.notices import Notices

_MAX_BYTES = 65_536
_TIMEOUT_SECONDS = 5
_WELL_KNOWN = "/.well-known/oauth-authorization-server"
_KID = re.compile(r"[\w-]{1,64}", re.ASCII)


def compare_secrets(issuer: str, ours: Sequence[str], notices: Notices) -> str | None:
    """Compare the names of our secrets with that of the issuer's.

    The names are `countersign_hs256_kids` of its metadata (RFC 8414), the one that signs first. If
    we do not hold that one, a warning names both, and is returned; without the list, or without an
    answer, there is nothing to compare.
    """
    signing = next(iter(_listed_kids(issuer, notices) or []), None)
    if signing is None or signing in ours:
        return None
    message = f"the issuer signs with secret {signing}, this verifier holds {', '.join(ours)}"
    notices.tell("key_mismatch", message)
    return message


def _listed_kids(issuer: str, notices: Notices) -> list[str] | None:
    try:
        kids = _request_metadata(issuer).get("countersign_hs256_kids")
    except Exception as error:  # Whatever goes wrong, nothing is known.
        message = "the metadata of the issuer was not loaded: secrets are not compared"
        notices.tell("metadata_unavailable", message, error)
        return None
    is_list = isinstance(kids, list) and all(
        isinstance(kid, str) and _KID.fullmatch(kid) for kid in kids
    )
    return kids if is_list else None


def _request_metadata(issuer: str) -> JsonObject:
    between, below = _metadata_addresses(issuer)
    answer = _ask(between)
    if answer.status == 404 and below != between:
        answer = _ask(below)
    metadata = parse_json_object(answer.body) or {}
    # RFC 8414 section 3.3: of another issuer it must not be used.
    if answer.status != 200 or metadata.get("issuer") != issuer:
        raise ValueError("the metadata is not of this issuer")
    return metadata


def _ask(url: str) -> Answer:
    request = Request(url=url, headers={"Accept": "application/json"})
    return send(request, timeout_seconds=_TIMEOUT_SECONDS, max_bytes=_MAX_BYTES)


def _metadata_addresses(issuer: str) -> tuple[str, str]:
    """The well-known part comes between origin and path (RFC 8414 section 3.1).

    An issuer inside of a web application may be asked only below its own path.
    """
    if not is_http_url(issuer):
        raise ValueError("the issuer is no address")
    parts = urlsplit(issuer)
    path = "" if parts.path == "/" else parts.path
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin + _WELL_KNOWN + path, origin + path + _WELL_KNOWN
