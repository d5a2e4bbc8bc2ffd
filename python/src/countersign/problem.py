"""The one place that maps an error code to HTTP (RFC 9457 bodies, RFC 6750 challenges)."""

import json
import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from countersign.errors import TokenError, VerifierError

ProblemCode: TypeAlias = Literal[
    "invalid_request",
    "missing_token",
    "invalid_token",
    "token_expired",
    "insufficient_role",
    "not_found",
    "service_unavailable",
]

PROBLEM_TYPE_PREFIX: Final = "urn:countersign:error:"
PROBLEMS: Final[dict[ProblemCode, tuple[int, str]]] = {
    "invalid_request": (400, "The request is malformed"),
    "missing_token": (401, "Authentication is required"),
    "invalid_token": (401, "The access token is not valid"),
    "token_expired": (401, "The access token has expired"),
    "insufficient_role": (403, "The role does not allow this"),
    "not_found": (404, "Not found"),
    "service_unavailable": (503, "The service is not available right now"),
}
CHALLENGES: Final[dict[ProblemCode, str]] = {
    # Here a malformed request is always about the credentials.
    "invalid_request": 'Bearer error="invalid_request"',
    "missing_token": "Bearer",
    "invalid_token": 'Bearer error="invalid_token"',
    "token_expired": 'Bearer error="invalid_token"',
    "insufficient_role": 'Bearer error="insufficient_scope"',
}


class RefusedError(Exception):
    """A request does not pass. `countersign.fastapi.install` answers it as a problem (RFC 9457)."""

    def __init__(self, code: ProblemCode, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        #: Seconds after which a retry may succeed.
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, before a framework sends it. No cache may keep it."""

    status: int
    headers: dict[str, str]
    body: bytes


def refused(error: TokenError | VerifierError) -> RefusedError:
    """Tell the caller about an error of the verifier, and no more than it may know."""
    if isinstance(error, TokenError):
        return RefusedError(error.public_code)
    return RefusedError(error.code, retry_after_seconds=error.retry_after_seconds)


def reply_of(error: RefusedError) -> Reply:
    """Write the answer: body, status, challenge, `Retry-After`."""
    status, title = PROBLEMS[error.code]
    problem_type = PROBLEM_TYPE_PREFIX + error.code
    problem = {"type": problem_type, "title": title, "status": status, "code": error.code}
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    if error.code in CHALLENGES:
        headers["WWW-Authenticate"] = CHALLENGES[error.code]
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_seconds)))
    return Reply(status, headers, json.dumps(problem, separators=(",", ":")).encode("utf-8"))
