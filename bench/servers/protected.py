"""A FastAPI "hello" behind one of several guards: `protected.py <guard>`, with `TRUST` as JSON.

It prints its port. `/cpu` tells the CPU seconds that the process has used.
"""

import json
import os
import resource
import socket
import sys
from typing import Annotated, Any

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer

from countersign import Verifier
from countersign.fastapi import CurrentUser, install

TRUST = json.loads(os.environ["TRUST"])


def application(guard: str) -> FastAPI:
    """Make the application that a guard stands in front of."""
    app = FastAPI()
    if guard == "none":
        add_unprotected(app)
    elif guard == "PyJWT":
        add_pyjwt(app)
    else:
        install(app, verifier_of(guard))
        add_countersign(app)

    @app.get("/cpu")
    async def cpu() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    return app


def add_unprotected(app: FastAPI) -> None:
    """Answer everybody."""

    @app.get("/hello")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}


def add_countersign(app: FastAPI) -> None:
    """Answer users."""

    @app.get("/hello")
    async def hello(user: CurrentUser) -> dict[str, str]:
        return {"hello": "world"}


def add_pyjwt(app: FastAPI) -> None:
    """Answer users, as the tutorial of FastAPI does it."""
    scheme = OAuth2PasswordBearer(tokenUrl="token")

    async def current_user(token: Annotated[str, Depends(scheme)]) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                TRUST["secret"],
                algorithms=["HS256"],
                issuer=TRUST["issuer"],
                audience=TRUST["audience"],
            )
        except jwt.InvalidTokenError:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from None

    @app.get("/hello")
    async def hello(user: Annotated[dict[str, Any], Depends(current_user)]) -> dict[str, str]:
        return {"hello": "world"}


def verifier_of(guard: str) -> Verifier:
    """Make the verifier that a name asks for: `hs256 cached`, `eddsa uncached`."""
    algorithm, cache = guard.split(" ")
    options: dict[str, Any] = {"algorithms": ["EdDSA"], "jwks": TRUST["jwks"]}
    if algorithm == "hs256":
        options = {"algorithms": ["HS256"], "secret": TRUST["secret"]}
    return Verifier(
        issuer=TRUST["issuer"],
        audience=TRUST["audience"],
        cache_entries=10_000 if cache == "cached" else 0,
        on_warning=lambda _: None,
        **options,
    )


def main() -> None:
    """Serve until killed."""
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(application(sys.argv[1]), log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
