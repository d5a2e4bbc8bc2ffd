"""Every statement on the tasks.

Each names its user, and row-level security binds it to the same user: either alone would keep
users apart.
"""

from dataclasses import dataclass

_COLUMNS = 'id, title, done, created_at as "createdAt", updated_at as "updatedAt"'


@dataclass(frozen=True)
class TaskSql:
    """Parameters go by name, `user_id` among them."""

    list: str
    count: str
    create: str
    find: str
    change: str
    remove: str


TASK_SQL = TaskSql(
    list=f"""
    select {_COLUMNS}
    from tasks
    where user_id = %(user_id)s
      and (%(after_ms)s::bigint is null
        or (created_at, id) < (to_timestamp(%(after_ms)s::bigint / 1000.0), %(after_id)s::uuid))
    order by created_at desc, id desc
    limit %(limit)s""",
    count="""
    select count(*) filter (where done) as done, count(*) as total
    from tasks
    where user_id = %(user_id)s""",
    create=f"""
    insert into tasks (user_id, title)
    values (%(user_id)s, %(title)s)
    returning {_COLUMNS}""",
    find=f"""
    select {_COLUMNS}
    from tasks
    where user_id = %(user_id)s and id = %(id)s""",
    change=f"""
    update tasks
    set title = coalesce(%(title)s::text, title),
      done = coalesce(%(done)s::boolean, done),
      updated_at = date_trunc('milliseconds', clock_timestamp())
    where user_id = %(user_id)s and id = %(id)s
    returning {_COLUMNS}""",
    remove="""
    delete from tasks
    where user_id = %(user_id)s and id = %(id)s
    returning id""",
)
