"""PostgreSQL holds users apart: row-level security for the identity of a request.

The SQL that goes with it:

    alter table tasks enable row level security;
    create policy own_tasks on tasks to api_user
      using (user_id = nullif(current_setting('countersign.user_id', true), ''))
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from countersign.errors import invalid_token

#: No NUL, and no half of a surrogate pair: PostgreSQL would refuse them.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SETTINGS = ("countersign.user_id", "countersign.role", "countersign.session_id")

_ROLE = """
select r.rolname, r.rolsuper or r.rolbypassrls
from pg_roles r
where r.rolname = current_user"""

_TABLES = """
select t.name, c.relrowsecurity, pg_has_role(current_user, c.relowner, 'usage')
from unnest(%s::text[]) as t(name)
left join pg_class c on c.oid = to_regclass(t.name)"""

Row = TypeVar("Row", bound=Mapping[str, Any])


class Pool(Protocol):
    """The part of `psycopg_pool.AsyncConnectionPool` that is needed."""

    def connection(self) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
        """Lend a connection, and take it back clean."""


class Speaker(Protocol):
    """Who a transaction speaks for: an `Identity`."""

    @property
    def user_id(self) -> str:
        """The user."""

    @property
    def role(self) -> str:
        """The role of the token, which is none of PostgreSQL's."""

    @property
    def session_id(self) -> str:
        """The session."""


class RowSecurityError(TypeError):
    """Row-level security would not hold, or `with_identity` is misused. A bug of the program."""


class NotFoundError(Exception):
    """There is no such row for this user: 404 `not_found`."""

    code: Literal["not_found"] = "not_found"


@dataclass(eq=False)
class _Use:
    """A transaction under way in this chain of calls."""

    pool: Pool
    is_open: bool = True


_under: ContextVar[tuple[_Use, ...]] = ContextVar("countersign_transactions", default=())
_bound: WeakKeyDictionary[Pool, set[str | None]] = WeakKeyDictionary()


@asynccontextmanager
async def with_identity(
    pool: Pool, identity: Speaker, *, role: str | None = None
) -> AsyncIterator[AsyncConnection[Any]]:
    """Open a transaction that speaks for an identity, as `role`, which the policies bind.

    Policies read its user id, role and session id from `countersign.user_id`, `countersign.role`
    and `countersign.session_id`. Commits what was done, or nothing of it; role and settings end
    with the transaction. Without `role` the login role itself must be bound by policies.

        async with with_identity(pool, user, role="api_user") as connection:
            cursor = await connection.execute("select * from tasks")

    Raises `RowSecurityError` for a role that no policy would bind, and within another
    `with_identity`, for whose connection it would wait; `TokenError` `invalid_token` for an
    identity that PostgreSQL cannot store.
    """
    values = _settings_of(identity)
    above = tuple(use for use in _under.get() if use.is_open)
    if any(use.pool is pool for use in above):
        raise RowSecurityError("with_identity within with_identity: use its connection")
    use = _Use(pool)
    _under.set((*above, use))
    try:
        async with pool.connection() as connection, connection.transaction():
            await _speak_for(connection, values, role)
            await _refuse_unbound_role(pool, connection, role)
            yield connection
            _refuse_failed(connection)
    finally:
        use.is_open = False


async def check_row_security(pool: Pool, *, tables: Sequence[str], role: str | None = None) -> None:
    """Check at start-up that policies bind the role on every one of the tables.

    Raises `RowSecurityError` that names the role or the table at fault.
    """
    async with pool.connection() as connection, connection.transaction():
        if role is not None:
            await connection.execute("select set_config('role', %s, true)", (role,))
        await _refuse_unbound_role(pool, connection, role)
        cursor = await connection.cursor(row_factory=tuple_row).execute(_TABLES, (list(tables),))
        for name, secured, owned in await cursor.fetchall():
            if secured is None:
                raise RowSecurityError(f'there is no table "{name}"')
            if not secured:
                raise RowSecurityError(f'row-level security is not enabled on "{name}"')
            if owned:
                raise RowSecurityError(f'the role owns "{name}": policies do not bind an owner')


def require_owner(row: Row | None, identity: Speaker, *, column: str = "user_id") -> Row:
    """Hand out a row to the user that its column names; raise `NotFoundError` to all others.

    A row of another user and no row are the same error, so that nobody learns which ids exist.
    """
    if row is not None and identity.user_id != "" and row[column] == identity.user_id:
        return row
    raise NotFoundError("there is no such row of this user")


async def _speak_for(
    connection: AsyncConnection[Any], values: tuple[str, ...], role: str | None
) -> None:
    """One statement, in parameters: neither a role nor an id is ever part of the SQL."""
    pairs = [*zip(_SETTINGS, values, strict=True)]
    if role is not None:
        pairs.append(("role", role))
    calls = ", ".join(["set_config(%s, %s, true)"] * len(pairs))
    await connection.execute(f"select {calls}".encode(), [text for pair in pairs for text in pair])


async def _refuse_unbound_role(
    pool: Pool, connection: AsyncConnection[Any], role: str | None
) -> None:
    """Ask once for each pool and role, in a transaction that has switched to the role."""
    known = _bound.setdefault(pool, set())
    if role in known:
        return
    cursor = await connection.cursor(row_factory=tuple_row).execute(_ROLE)
    row = await cursor.fetchone()
    name, unbound = row or (role, True)
    if unbound:
        raise RowSecurityError(
            f'no policy binds the role "{name}": it is a superuser or has BYPASSRLS'
        )
    known.add(role)


def _refuse_failed(connection: AsyncConnection[Any]) -> None:
    """PostgreSQL answers the commit of a failed transaction with ROLLBACK, and no error."""
    if connection.info.transaction_status is TransactionStatus.INERROR:
        raise RuntimeError("nothing was committed: a statement of the transaction had failed")


def _settings_of(identity: Speaker) -> tuple[str, ...]:
    values = (identity.user_id, identity.role, identity.session_id)
    if identity.user_id == "" or any(_UNSTORABLE.search(value) for value in values):
        raise invalid_token("sub", "the identity cannot be a text of PostgreSQL")
    return values
