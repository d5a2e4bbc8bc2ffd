"""The tasks of the caller. The owner comes from the verified token and from nowhere else."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from tasks_api.auth import User
from tasks_api.json_body import body_schema, json_body
from tasks_api.openapi import refusals
from tasks_api.problems import ProblemError
from tasks_api.schemas import ListQuery, NewTask, Task, TaskChange, TaskPage, is_task_id
from tasks_api.task_store import TaskStore

router = APIRouter(prefix="/api/v1/tasks")

_OF_BODIES = ("invalid_request", "payload_too_large", "unsupported_media_type")


def _store(request: Request) -> TaskStore:
    store: TaskStore = request.app.state.tasks
    return store


def _task_id(id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:  # noqa: A002
    if not is_task_id(id):
        raise ProblemError("not_found")
    return id


Store = Annotated[TaskStore, Depends(_store)]
TaskId = Annotated[str, Depends(_task_id)]


@router.get("", response_model=TaskPage, responses=refusals("invalid_request"))
async def list_tasks(user: User, tasks: Store, query: Annotated[ListQuery, Query()]) -> Any:
    """Newest first."""
    return await tasks.list(user, limit=query.limit, after=query.after())


@router.post(
    "",
    status_code=201,
    response_model=Task,
    responses=refusals(*_OF_BODIES),
    openapi_extra=body_schema(NewTask),
)
async def create_task(
    user: User,
    tasks: Store,
    body: Annotated[NewTask, Depends(json_body(NewTask))],
    response: Response,
) -> Any:
    """The new task."""
    task = await tasks.create(user, body.title)
    response.headers["Location"] = f"{router.prefix}/{task['id']}"
    return task


@router.get("/{id}", response_model=Task, responses=refusals("not_found"))
async def read_task(user: User, tasks: Store, task_id: TaskId) -> Any:
    """The task."""
    return _found(await tasks.find(user, task_id))


@router.patch(
    "/{id}",
    response_model=Task,
    responses=refusals("not_found", *_OF_BODIES),
    openapi_extra=body_schema(TaskChange),
)
async def change_task(
    user: User,
    tasks: Store,
    task_id: TaskId,
    body: Annotated[TaskChange, Depends(json_body(TaskChange))],
) -> Any:
    """The task as it is now."""
    return _found(await tasks.change(user, task_id, body))


@router.delete("/{id}", status_code=204, responses=refusals("not_found"))
async def remove_task(user: User, tasks: Store, task_id: TaskId) -> None:
    """It is gone."""
    if not await tasks.remove(user, task_id):
        raise ProblemError("not_found")


def _found(task: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Another user's task and no task look the same from outside."""
    if task is None:
        raise ProblemError("not_found")
    return task
