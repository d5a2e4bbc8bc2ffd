"""What the feed says (`spec/protocol.md`, "Revocation feed"). What cannot be read says nothing."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from countersign.json_object import JsonObject, is_version, read_object
from countersign.protocol import CLAIMS_CHANGE_EVENT, SESSION_REVOKED_EVENT


@dataclass(frozen=True, slots=True)
class SessionRevocation:
    """Refuses the tokens of a session."""

    sid: str


@dataclass(frozen=True, slots=True)
class UserRevocation:
    """Refuses the tokens of a user that carry a lower `ver`."""

    sub: str
    ver: int


Revocation: TypeAlias = SessionRevocation | UserRevocation


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was revoked if it is complete, else what was revoked since the cursor."""

    cursor: str
    complete: bool
    revocations: list[Revocation]


def read_snapshot(text: str, issuer: str) -> Snapshot | None:
    """Read a snapshot; events in it that cannot be read are left out."""
    snapshot = read_object(text) or {}
    events, complete, cursor = (snapshot.get(name) for name in ("events", "complete", "cursor"))
    if not isinstance(events, list) or not isinstance(complete, bool):
        return None
    revocations = [found for event in events for found in read_event(_object(event), issuer)]
    return Snapshot(cursor if isinstance(cursor, str) else "", complete, revocations)


def read_event(event: JsonObject | None, issuer: str) -> list[Revocation]:
    """Read the revocations in an event of this issuer.

    One with a `session` concerns that session only; one without concerns a user. `iat` and
    `event_timestamp` play no part: the server's clock may be wrong.
    """
    subject, events = _member(event, "sub_id"), _member(event, "events")
    if subject is None or events is None or event is None or event.get("iss") != issuer:
        return []
    revoked = _member(events, SESSION_REVOKED_EVENT)
    if "session" in subject:
        sid = _text(_member(subject, "session"), "id")
        return [SessionRevocation(sid)] if sid and revoked is not None else []
    user = _member(subject, "user")
    sub = _text(user, "sub")
    if user is None or not sub or user.get("iss") != issuer:
        return []
    kinds = (revoked, _member(events, CLAIMS_CHANGE_EVENT))
    versions = [kind.get("ver") for kind in kinds if kind is not None]
    return [UserRevocation(sub, ver) for ver in versions if is_version(ver)]


def _object(value: object) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def _member(value: JsonObject | None, name: str) -> JsonObject | None:
    return _object(value.get(name)) if value is not None else None


def _text(value: JsonObject | None, name: str) -> str:
    text: Any = value.get(name) if value is not None else None
    return text if isinstance(text, str) else ""
