"""Where a verifier's keys come from."""

from collections.abc import Sequence
from typing import Protocol

from countersign.keys import VerificationKey

Keys = Sequence[VerificationKey]


class KeySource(Protocol):
    """The keys of a verifier."""

    def current(self) -> Keys | None:
        """Return the keys at hand. May start a refresh, never waits for one."""

    def must_wait(self) -> bool:
        """Whether there are no keys at hand, or none that may be used before `ready`."""

    def ready(self) -> None:
        """Wait until keys are at hand; `VerifierError` if they cannot be had."""

    def may_refetch(self) -> bool:
        """Whether `refetch` would look for newer keys right now."""

    def refetch(self) -> bool:
        """Look for newer keys because of an unknown `kid`; tell whether there are any."""


class FixedKeys:
    """Keys that never change."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def current(self) -> Keys:
        """Return the keys."""
        return self._keys

    def must_wait(self) -> bool:
        """Return `False`."""
        return False

    def ready(self) -> None:
        """Return at once."""

    def may_refetch(self) -> bool:
        """Return `False`: there is nowhere to look."""
        return False

    def refetch(self) -> bool:
        """Return `False`: there are no newer keys."""
        return False
