"""A clock that tests move."""


class Clock:
    def __init__(self, time: float = 1_800_000_000) -> None:
        self.time = time

    def __call__(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds
