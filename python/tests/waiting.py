"""Waits for something that another thread does."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(4000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")
