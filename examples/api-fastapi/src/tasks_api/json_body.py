"""Bodies that are read after the caller is known, and refused as problems."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from tasks_api.problems import ProblemError
from tasks_api.protection import MAX_BODY_BYTES

Body = TypeVar("Body", bound=BaseModel)


def json_body(model: type[Body]) -> Callable[[Request], Awaitable[Body]]:
    """Make a dependency that reads a JSON body.

    FastAPI itself reads bodies before it resolves dependencies: strangers would be told what is
    wrong with theirs. Refuses with 415 `unsupported_media_type`, 413 `payload_too_large` and
    400 `invalid_request`.
    """

    async def read(request: Request) -> Body:
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != "application/json":
            raise ProblemError("unsupported_media_type", "send application/json")
        value = _parse(await _read(request))
        try:
            return model.model_validate(value)
        except ValidationError as error:
            raise ProblemError("invalid_request", first_rule(error.errors())) from None

    return read


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of such a body."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def first_rule(errors: Any) -> str:
    """The first broken rule, without what broke it."""
    error = errors[0]
    field = ".".join(str(part) for part in error["loc"] if part != "query")
    return f"{field}: {error['msg']}" if field else str(error["msg"])


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ProblemError("payload_too_large")
    return bytes(body)


def _parse(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ProblemError("invalid_request", "the body is not valid JSON") from None
