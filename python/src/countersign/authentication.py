"""From a request to an identity, or to the error that refuses it."""

from typing import Any

from countersign.bearer import read_bearer
from countersign.errors import TokenError, VerifierError
from countersign.identity import Identity
from countersign.problem import RefusedError, refused
from countersign.revocations import StalePolicy
from countersign.verifier import Verifier


async def authenticate(
    scope: Any, verifier: Verifier, *, when_stale: StalePolicy | None = None
) -> Identity | None:
    """Verify the bearer token of an ASGI request; `None` if there are no credentials.

    `RefusedError` for credentials that are not good. Any other error is a bug.
    """
    token = read_bearer(scope["headers"], scope["query_string"])
    if token is None:
        return None
    try:
        return await verifier.verify_async(token, when_stale=when_stale)
    except (TokenError, VerifierError) as error:
        raise refused(error) from error


def assert_roles(roles: tuple[str, ...]) -> None:
    """Refuse an empty list, and roles that no token can carry."""
    if not roles or not all(isinstance(role, str) and role and "," not in role for role in roles):
        raise ValueError("require_role needs roles")


def assert_role(identity: Identity, roles: tuple[str, ...]) -> None:
    """Refuse an identity that has none of the roles: there is no hierarchy."""
    if identity.role not in roles:
        raise RefusedError("insufficient_role")
