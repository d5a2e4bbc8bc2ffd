"""The contract of this API, as FastAPI writes it. `examples/api-hono` has the same."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from tasks_api.problems import status_of
from tasks_api.schemas import Problem

#: What every route behind a token may answer, besides 401.
_OF_TOKENS = ("rate_limited", "service_unavailable")


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route."""
    return {status_of(code): _answer(code) for code in codes}


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route behind a token."""
    return {**problems(*codes, *_OF_TOKENS), 401: _answer("invalid_token")}


def _answer(code: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {"description": code, "content": content}


def describe_all(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Make `app.openapi`: FastAPI's document, but bad input is 400 here, never 422."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        schemas = document.get("components", {}).get("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return document

    return openapi
