"""Row-level security on a real PostgreSQL: the server of `npm test`."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from countersign.errors import TokenError
from countersign.postgres import (
    NotFoundError,
    RowSecurityError,
    check_row_security,
    require_owner,
    with_identity,
)

T = TypeVar("T")


@dataclass(frozen=True)
class User:
    user_id: str
    role: str = "user"
    session_id: str = "session"


ALICE = User("alice")
BOB = User("bob")


@dataclass(frozen=True)
class Notes:
    pool: AsyncConnectionPool[Any]
    url: str
    role: str

    async def bodies(self, user: User) -> list[str]:
        async with with_identity(self.pool, user, role=self.role) as connection:
            cursor = await connection.execute("select body from notes order by body")
            return [body for (body,) in await cursor.fetchall()]

    async def leftovers(self) -> tuple[str, str]:
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "select current_user, coalesce(current_setting('countersign.user_id', true), '')"
            )
            found = await cursor.fetchone()
        assert found
        return found[0], found[1]


def on_notes(work: Callable[[Notes], Awaitable[T]]) -> T:
    """Run `work` on a database, a role and a pool with one connection, all its own."""

    async def run() -> T:
        async with notes_database() as notes:
            return await work(notes)

    return asyncio.run(run())


@asynccontextmanager
async def notes_database() -> AsyncIterator[Notes]:
    server = os.environ.get("TEST_DATABASE_URL")
    assert server, "TEST_DATABASE_URL is not set; run the tests through `npm test`"
    name = f"countersign_test_{secrets.token_hex(6)}"
    role = f"api_user_{secrets.token_hex(6)}"
    await administer(server, f"create database {name}")
    url = make_conninfo(server, dbname=name)
    await administer(url, SCHEMA.format(role=role))
    try:
        async with AsyncConnectionPool(url, min_size=1, max_size=1, open=False) as pool:
            yield Notes(pool, url, role)
    finally:
        await administer(server, f"drop database {name} with (force)")
        await administer(server, f"drop role {role}")


async def administer(url: str, sql: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(sql.encode())


SCHEMA = """
create role {role};
create table notes (user_id text not null, body text not null);
create table open_notes (id integer);
insert into notes values ('alice', 'of alice'), ('bob', 'of bob');
alter table notes enable row level security;
create policy own_notes on notes to {role}
  using (user_id = nullif(current_setting('countersign.user_id', true), ''));
grant select, insert, update, delete on notes to {role};"""

NOTHING_LEFT = ("postgres", "")


def test_shows_a_user_its_own_rows_in_a_query_that_names_no_user() -> None:
    async def work(notes: Notes) -> None:
        assert await notes.bodies(ALICE) == ["of alice"]
        assert await notes.bodies(BOB) == ["of bob"]
        assert await notes.bodies(User("nobody")) == []
        assert await notes.leftovers() == NOTHING_LEFT

    on_notes(work)


def test_refuses_to_plant_a_row_for_another_user() -> None:
    async def work(notes: Notes) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with with_identity(notes.pool, ALICE, role=notes.role) as connection:
                await connection.execute("insert into notes values ('bob', 'planted')")
        assert await notes.bodies(BOB) == ["of bob"]

    on_notes(work)


def test_undoes_everything_when_the_work_raises_and_leaves_nothing_behind() -> None:
    async def work(notes: Notes) -> None:
        async def change_mind() -> None:
            async with with_identity(notes.pool, ALICE, role=notes.role) as connection:
                await connection.execute("delete from notes")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change_mind()
        assert await notes.bodies(ALICE) == ["of alice"]
        assert await notes.leftovers() == NOTHING_LEFT

    on_notes(work)


def test_does_not_pretend_that_it_committed_after_an_unnoticed_failure() -> None:
    async def work(notes: Notes) -> None:
        async def overlook() -> None:
            async with with_identity(notes.pool, ALICE, role=notes.role) as connection:
                await connection.execute("delete from notes")
                with pytest.raises(psycopg.errors.DivisionByZero):
                    await connection.execute("select 1 / 0")

        with pytest.raises(RuntimeError, match="nothing was committed"):
            await overlook()
        assert await notes.bodies(ALICE) == ["of alice"]

    on_notes(work)


def test_leaves_nothing_behind_when_its_task_is_cancelled() -> None:
    async def work(notes: Notes) -> None:
        async def sleep() -> None:
            async with with_identity(notes.pool, ALICE, role=notes.role) as connection:
                running.set()
                await connection.execute("select pg_sleep(60)")

        running = asyncio.Event()
        task = asyncio.create_task(sleep())
        await running.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await notes.leftovers() == NOTHING_LEFT
        assert await notes.bodies(BOB) == ["of bob"]

    on_notes(work)


@pytest.mark.parametrize(
    "user_id",
    [
        "'; set role postgres; --",
        "x', true), set_config('role', 'postgres', true), ('",
        '"; reset role; select "',
        "%s%(name)s%%",
        "ünï\U0001f9e6\u202e",
        "x" * 5_000,
    ],
)
def test_takes_a_hostile_id_for_a_text_and_nothing_else(user_id: str) -> None:
    async def work(notes: Notes) -> None:
        async with notes.pool.connection() as connection:
            await connection.execute("insert into notes values (%s, 'hostile')", (user_id,))
        assert await notes.bodies(User(user_id)) == ["hostile"]
        assert await notes.bodies(ALICE) == ["of alice"]

    on_notes(work)


@pytest.mark.parametrize("user_id", ["", "a\0b", "\ud800"])
def test_refuses_an_id_that_no_text_of_the_database_can_be(user_id: str) -> None:
    async def work(notes: Notes) -> None:
        with pytest.raises(TokenError) as refusal:
            await notes.bodies(User(user_id))
        assert refusal.value.code == "invalid_token"

    on_notes(work)


def test_refuses_a_role_that_no_policy_binds() -> None:
    async def work(notes: Notes) -> None:
        for role in (None, "postgres"):
            with pytest.raises(RowSecurityError, match="no policy binds"):
                async with with_identity(notes.pool, ALICE, role=role):
                    pytest.fail("it was let in")

    on_notes(work)


def test_refuses_to_be_nested_but_not_to_be_used_by_work_that_comes_later() -> None:
    async def work(notes: Notes) -> None:
        async def later() -> list[str]:
            await over.wait()
            return await notes.bodies(BOB)

        over = asyncio.Event()
        async with with_identity(notes.pool, ALICE, role=notes.role):
            with pytest.raises(RowSecurityError):
                await notes.bodies(BOB)
            task = asyncio.create_task(later())
        over.set()
        assert await task == ["of bob"]

    on_notes(work)


def test_checks_the_tables_at_start_up() -> None:
    async def work(notes: Notes) -> None:
        await check_row_security(notes.pool, role=notes.role, tables=["notes"])
        for role, table in (
            (notes.role, "open_notes"),
            (notes.role, "no_notes"),
            ("postgres", "notes"),
        ):
            with pytest.raises(RowSecurityError):
                await check_row_security(notes.pool, role=role, tables=[table])

    on_notes(work)


def test_works_with_rows_of_any_kind() -> None:
    async def work(notes: Notes) -> None:
        kwargs = {"row_factory": dict_row}
        async with AsyncConnectionPool(
            notes.url, min_size=1, max_size=1, kwargs=kwargs, open=False
        ) as pool:
            await check_row_security(pool, role=notes.role, tables=["notes"])
            async with with_identity(pool, ALICE, role=notes.role) as connection:
                cursor = await connection.execute("select body from notes")
                assert await cursor.fetchall() == [{"body": "of alice"}]

    on_notes(work)


def test_hands_out_a_row_to_its_owner_alone() -> None:
    row = {"user_id": "alice"}

    assert require_owner(row, ALICE) is row
    for other in (None, {"user_id": "bob"}, {"user_id": None}):
        with pytest.raises(NotFoundError):
            require_owner(other, ALICE)
    with pytest.raises(NotFoundError):
        require_owner({"user_id": ""}, User(""))
