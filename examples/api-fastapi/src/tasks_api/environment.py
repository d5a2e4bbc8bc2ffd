"""What the process is told from outside. README.md lists the variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class ApiClient:
    """A client of the auth server."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Environment:
    """Everything that can be set."""

    host: str
    port: int
    #: The auth server, without a slash at the end.
    auth_server: str
    audience: str
    #: Shared with an issuer that signs with HS256; without one its published keys are fetched.
    jwt_secret: str | None
    allowed_origins: tuple[str, ...]
    requests_per_minute: int
    #: With which it listens for revocations; without one it does not listen.
    client: ApiClient | None
    database_url: str
    #: Most connections to the database.
    database_connections: int


def read_environment(env: Mapping[str, str]) -> Environment:
    """Read the environment. `ValueError` with a sentence names the variable at fault."""
    auth_server = _required(env, "COUNTERSIGN_URL")
    _check_url("COUNTERSIGN_URL", auth_server)
    return Environment(
        host=env.get("HOST") or "0.0.0.0",  # noqa: S104
        port=_number(env, "PORT", "8000", most=65_535),
        auth_server=auth_server.rstrip("/"),
        audience=_required(env, "COUNTERSIGN_AUDIENCE"),
        jwt_secret=env.get("COUNTERSIGN_JWT_SECRET") or None,
        allowed_origins=_origins(env.get("API_ALLOWED_ORIGINS", "")),
        requests_per_minute=_number(env, "API_REQUESTS_PER_MINUTE", "600", least=1),
        client=_client(env),
        database_url=_required(env, "DATABASE_URL"),
        database_connections=_number(env, "API_DATABASE_CONNECTIONS", "10", least=1, most=1_000),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name)
    if not value:
        raise ValueError(f"{name} is not set.")
    return value


def _number(
    env: Mapping[str, str], name: str, default: str, *, least: int = 0, most: int = 10**9
) -> int:
    text = env.get(name) or default
    if re.fullmatch(r"[0-9]{1,10}", text) and least <= int(text) <= most:
        return int(text)
    raise ValueError(f"{name} must be a whole number from {least} to {most}.")


def _client(env: Mapping[str, str]) -> ApiClient | None:
    """Both or none: an API that should listen must not start deaf."""
    names = ("COUNTERSIGN_API_CLIENT_ID", "COUNTERSIGN_API_CLIENT_SECRET")
    if not any(env.get(name) for name in names):
        return None
    return ApiClient(*(_required(env, name) for name in names))


def _origins(text: str) -> tuple[str, ...]:
    entries = tuple(entry.strip() for entry in text.split(",") if entry.strip())
    for entry in entries:
        _check_url("API_ALLOWED_ORIGINS", entry)
        if not re.fullmatch(r"https?://[^/?#@]+", entry):
            raise ValueError(
                f'API_ALLOWED_ORIGINS must list origins without a path, not "{entry}".'
            )
    return entries


def _check_url(name: str, text: str) -> None:
    try:
        url = urlsplit(text)
    except ValueError:
        url = urlsplit("")
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"{name} must be an http or https URL.")
