"""The API: `/health`, `/openapi.json` and `/api/v1`. Every error is problem+json."""

import logging

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests
from starlette.exceptions import HTTPException

from countersign import Verifier
from countersign.postgres import NotFoundError
from tasks_api import auth, task_routes
from tasks_api.json_body import first_rule
from tasks_api.openapi import describe_all, problems
from tasks_api.problems import ProblemError
from tasks_api.protection import protect
from tasks_api.schemas import Status
from tasks_api.task_store import TaskStore

_RETRY_AFTER_SECONDS = 5
_DATABASE_IS_AWAY = (psycopg.OperationalError, PoolTimeout, PoolClosed, TooManyRequests)
_log = logging.getLogger("tasks_api")


def create_app(
    *,
    verifier: Verifier,
    tasks: TaskStore,
    allowed_origins: tuple[str, ...],
    requests_per_minute: int,
) -> FastAPI:
    """Put the API together."""
    app = FastAPI(title="Tasks", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.tasks = tasks
    auth.authenticate(app, verifier, requests_per_minute=requests_per_minute)
    app.include_router(task_routes.router)
    _answer_errors(app)
    protect(app, allowed_origins=allowed_origins)

    @app.get("/health", response_model=Status, responses=problems("service_unavailable"))
    async def health() -> dict[str, str]:
        """It works."""
        await tasks.ping()
        return {"status": "ok"}

    app.openapi = describe_all(app)  # type: ignore[method-assign]
    return app


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(ProblemError)
    async def on_refusal(_: Request, error: ProblemError) -> JSONResponse:
        return error.to_response()

    @app.exception_handler(NotFoundError)
    async def on_foreign_row(_: Request, error: NotFoundError) -> JSONResponse:
        return ProblemError(error.code).to_response()

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return ProblemError("invalid_request", first_rule(error.errors())).to_response()

    @app.exception_handler(HTTPException)
    async def on_status(_: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not_found", 405: "method_not_allowed"}
        response = ProblemError(codes.get(error.status_code, "invalid_request")).to_response()
        response.headers.update(error.headers or {})
        return response

    async def on_database(_: Request, error: Exception) -> JSONResponse:
        return ProblemError(
            "service_unavailable", retry_after_seconds=_RETRY_AFTER_SECONDS
        ).to_response()

    for kind in _DATABASE_IS_AWAY:
        app.add_exception_handler(kind, on_database)

    @app.exception_handler(Exception)
    async def on_bug(_: Request, error: Exception) -> JSONResponse:
        _log.error("a bug", exc_info=error)
        return ProblemError("internal_error").to_response()
