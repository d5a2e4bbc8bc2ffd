"""Verifies Countersign access tokens in an API, locally."""

from countersign.errors import KeySetError, TokenError, VerifierError
from countersign.identity import Identity
from countersign.notices import Notice
from countersign.revocations import Revocations, StalePolicy
from countersign.trust import Also
from countersign.verifier import Verifier

__all__ = [
    "Also",
    "Identity",
    "KeySetError",
    "Notice",
    "Revocations",
    "StalePolicy",
    "TokenError",
    "Verifier",
    "VerifierError",
]
