"""Processes that fork, as web servers do: threads stay behind, and the locks that they held."""

import os
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """Has threads or locks."""

    def after_fork(self) -> None:
        """Become usable in a new process, where none of the threads runs."""


_known: WeakSet[Forkable] = WeakSet()


def renew_after_fork(part: Forkable) -> None:
    """Call `part.after_fork()` in every process that is forked from this one."""
    _known.add(part)


def _renew() -> None:
    for part in list(_known):
        part.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
