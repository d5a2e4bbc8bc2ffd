"""The tasks of users. Every method takes the user first and touches no row of anyone else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow
from psycopg_pool import AsyncConnectionPool

from countersign import Identity
from countersign.postgres import with_identity
from tasks_api.migrate import API_ROLE
from tasks_api.schemas import Cursor, TaskChange
from tasks_api.task_sql import TASK_SQL, TaskSql

Connection = AsyncConnection[DictRow]


@dataclass(frozen=True)
class TaskStore:
    """A store on a migrated database. Every statement runs under row-level security."""

    pool: AsyncConnectionPool[Connection]
    sql: TaskSql = TASK_SQL

    async def list(self, user: Identity, *, limit: int, after: Cursor | None) -> dict[str, Any]:
        """One page, newest first."""
        values = {
            "user_id": user.user_id,
            "after_ms": after.created_at_ms if after else None,
            "after_id": after.id if after else None,
            "limit": limit + 1,
        }
        async with with_identity(self.pool, user, role=API_ROLE) as connection:
            rows = await (await connection.execute(self.sql.list, values)).fetchall()
            counted = await (await connection.execute(self.sql.count, values)).fetchone()
        done, total = (counted["done"], counted["total"]) if counted else (0, 0)
        tasks = [_answer(row) for row in rows[:limit]]
        return {
            "tasks": tasks,
            "nextCursor": _cursor_after(rows[limit - 1]) if len(rows) > limit else None,
            "counts": {"open": total - done, "done": done, "total": total},
        }

    async def create(self, user: Identity, title: str) -> Mapping[str, Any]:
        """The new task."""
        row = await self._first(user, self.sql.create, title=title)
        if row is None:
            raise RuntimeError("an insert returned no row")
        return _answer(row)

    async def find(self, user: Identity, task_id: str) -> Mapping[str, Any] | None:
        """The task, if the user has it."""
        row = await self._first(user, self.sql.find, id=task_id)
        return _answer(row) if row else None

    async def change(
        self, user: Identity, task_id: str, change: TaskChange
    ) -> Mapping[str, Any] | None:
        """The task as it is now, if the user has it."""
        row = await self._first(
            user, self.sql.change, id=task_id, title=change.title, done=change.done
        )
        return _answer(row) if row else None

    async def remove(self, user: Identity, task_id: str) -> bool:
        """Whether there was such a task."""
        return await self._first(user, self.sql.remove, id=task_id) is not None

    async def ping(self) -> None:
        """Return if the database answers."""
        async with self.pool.connection() as connection:
            await connection.execute("select 1")

    async def _first(self, user: Identity, sql: str, **values: object) -> DictRow | None:
        async with with_identity(self.pool, user, role=API_ROLE) as connection:
            cursor = await connection.execute(sql, {"user_id": user.user_id, **values})
            row: DictRow | None = await cursor.fetchone()
            return row


def _answer(row: DictRow) -> dict[str, Any]:
    return {**row, "id": str(row["id"])}


def _cursor_after(row: DictRow) -> str:
    """The instants of tasks are whole milliseconds."""
    return f"{round(row['createdAt'].timestamp() * 1000)}_{row['id']}"
