"""What goes over the wire: bodies, queries and answers."""

import re
from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TASK_ID = re.compile(_UUID, re.IGNORECASE)
_CURSOR = re.compile(f"([0-9]{{1,13}})_({_UUID})")


def is_task_id(text: str) -> bool:
    """Whether a path segment can be the id of a task."""
    return _TASK_ID.fullmatch(text) is not None


def _without_nul(text: str) -> str:
    """PostgreSQL stores no NUL in text."""
    if "\0" in text:
        raise ValueError("must be text without NUL")
    return text


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewTask(_Body):
    """Body of `POST /api/v1/tasks`."""

    title: Title

    _check_title = field_validator("title")(_without_nul)


def _optional(schema: dict[str, Any]) -> None:
    """Absent is not null: there is no default that could be sent."""
    schema.pop("default", None)


class TaskChange(_Body):
    """Body of `PATCH /api/v1/tasks/{id}`: at least one of the two."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    title: Title = Field(default=None, json_schema_extra=_optional)  # type: ignore[assignment]
    done: StrictBool = Field(default=None, json_schema_extra=_optional)  # type: ignore[assignment]

    _check_title = field_validator("title")(_without_nul)

    @model_validator(mode="after")
    def _not_empty(self) -> "TaskChange":
        if not self.model_fields_set:
            raise ValueError("must contain title or done")
        return self


class Cursor(BaseModel):
    """A place in the list: the creation time and id of the last task seen."""

    created_at_ms: int
    id: str


class ListQuery(_Body):
    """Query of `GET /api/v1/tasks`."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str = Field(default=None, json_schema_extra=_optional)  # type: ignore[assignment]

    @field_validator("limit", mode="before")
    @classmethod
    def _plain_number(cls, text: object) -> object:
        if isinstance(text, str) and not re.fullmatch("[0-9]{1,3}", text):
            raise ValueError("must be a number from 1 to 100")
        return text

    @field_validator("cursor")
    @classmethod
    def _of_this_list(cls, text: str) -> str:
        if not _CURSOR.fullmatch(text):
            raise ValueError("is not a cursor of this list")
        return text

    def after(self) -> Cursor | None:
        """Where the page begins; None for the first one."""
        match = _CURSOR.fullmatch(self.cursor) if self.cursor else None
        return Cursor(created_at_ms=int(match[1]), id=match[2]) if match else None


def _milliseconds(instant: datetime) -> str:
    text = instant.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


Instant = Annotated[
    datetime,
    PlainSerializer(_milliseconds, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Task(BaseModel):
    """A task as it is answered."""

    id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    title: str
    done: bool
    createdAt: Instant  # noqa: N815
    updatedAt: Instant  # noqa: N815


class Counts(BaseModel):
    """How many tasks a user has."""

    open: Annotated[int, Field(ge=0)]
    done: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=0)]


class TaskPage(BaseModel):
    """One page of a user's tasks, newest first, with the counts over all of them."""

    tasks: list[Task]
    #: Asks for the next page; null on the last one.
    nextCursor: str | None  # noqa: N815
    counts: Counts


class Me(BaseModel):
    """Who the token speaks for."""

    userId: str  # noqa: N815
    email: str
    role: str
    sessionId: str  # noqa: N815
    tokenId: str  # noqa: N815
    clientId: str  # noqa: N815
    issuedAt: float  # noqa: N815
    expiresAt: float  # noqa: N815
    iat: float
    exp: float


class Problem(BaseModel):
    """An error answer (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: Annotated[str, Field(json_schema_extra=_optional)] = ""


class Status(BaseModel):
    """It works."""

    status: Literal["ok"]
