"""Refusals that are not the verifier's, as problem+json (RFC 9457)."""

import math

from fastapi.responses import JSONResponse

_PROBLEMS = {
    "invalid_request": (400, "The request is malformed"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "The method is not allowed here"),
    "payload_too_large": (413, "The request body is too large"),
    "unsupported_media_type": (415, "The media type is not supported"),
    "rate_limited": (429, "Too many requests"),
    "internal_error": (500, "Something went wrong"),
    "service_unavailable": (503, "The service is not available right now"),
}


class ProblemError(Exception):
    """Ends a request with the problem of a code, from however deep inside."""

    def __init__(
        self, code: str, detail: str | None = None, *, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds

    def to_response(self) -> JSONResponse:
        """Answer with the problem."""
        status, title = _PROBLEMS[self.code]
        body = {
            "type": f"urn:countersign:error:{self.code}",
            "title": title,
            "status": status,
            "code": self.code,
        }
        if self.detail is not None:
            body["detail"] = self.detail
        headers = {}
        if self.retry_after_seconds is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after_seconds)))
        media_type = "application/problem+json"
        return JSONResponse(body, status_code=status, headers=headers, media_type=media_type)


def status_of(code: str) -> int:
    """The HTTP status of a code."""
    return _PROBLEMS[code][0]
