"""Run the API on FastAPI with the SQL of somebody who forgot the user: a double of `task_sql`."""

import runpy
from dataclasses import asdict

from tasks_api import task_sql

task_sql.TASK_SQL = task_sql.TaskSql(
    **{
        name: sql.replace("user_id = %(user_id)s", "%(user_id)s::text is not null")
        for name, sql in asdict(task_sql.TASK_SQL).items()
    }
)

runpy.run_module("tasks_api", run_name="__main__")
