"""The process: `python -m tasks_api`."""

import asyncio
import os
import signal
import sys

import uvicorn
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from tasks_api.app import create_app
from tasks_api.auth import verifier_for
from tasks_api.environment import Environment, read_environment
from tasks_api.migrate import migrate
from tasks_api.task_store import Connection, TaskStore

_CONNECT_SECONDS = 10
_DRAIN_SECONDS = 5


def main() -> int:
    """Run until a signal; the exit code says whether it went well."""
    try:
        asyncio.run(_serve(read_environment(os.environ)))
    except PoolTimeout:
        return _fail("The database of DATABASE_URL does not answer.")
    except (ValueError, TypeError) as error:
        return _fail(str(error))
    return 0


async def _serve(environment: Environment) -> None:
    # After it has shut down, uvicorn raises the signal again, for whoever listened before.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    async with _open_pool(environment) as pool:
        await pool.wait(_CONNECT_SECONDS)
        await migrate(pool)
        await uvicorn.Server(_configure(environment, pool)).serve()


def _configure(environment: Environment, pool: AsyncConnectionPool[Connection]) -> uvicorn.Config:
    app = create_app(
        verifier=verifier_for(environment),
        tasks=TaskStore(pool),
        allowed_origins=environment.allowed_origins,
        requests_per_minute=environment.requests_per_minute,
    )
    return uvicorn.Config(
        app,
        host=environment.host,
        port=environment.port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )


def _open_pool(environment: Environment) -> AsyncConnectionPool[Connection]:
    return AsyncConnectionPool(
        environment.database_url,
        min_size=1,
        max_size=environment.database_connections,
        timeout=3,
        open=False,
        kwargs={
            "row_factory": dict_row,
            "connect_timeout": 3,
            "options": "-c statement_timeout=5000",
        },
    )


def _fail(sentence: str) -> int:
    sys.stderr.write(f"api: {sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
