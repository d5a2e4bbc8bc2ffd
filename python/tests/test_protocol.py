"""What this package and `spec/protocol.json` both say is the same."""

import json
from pathlib import Path

from countersign import problem, protocol

PINNED = json.loads((Path(__file__).parents[2] / "spec" / "protocol.json").read_text("utf-8"))


def test_names_and_numbers() -> None:
    constants = {name: getattr(protocol, name) for name in vars(protocol) if name.isupper()}
    for name, value in constants.items():
        if name.startswith("_"):
            continue
        first, *rest = name.lower().split("_")
        pinned = PINNED["".join([first, *map(str.capitalize, rest)])]
        assert pinned == (list(value) if isinstance(value, tuple) else value), name


def test_problems_and_challenges() -> None:
    assert PINNED["problemTypePrefix"] == problem.PROBLEM_TYPE_PREFIX
    for code, (status, title) in problem.PROBLEMS.items():
        assert PINNED["problems"][code] == {"status": status, "title": title}
    # A malformed request has a challenge only where it is about a bearer token.
    for code, challenge in problem.CHALLENGES.items():
        assert PINNED["bearerChallenges"].get(code, challenge) == challenge
