"""The vectors of `spec/vectors`, which every language runs."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"

Vector = dict[str, Any]


def names() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return content


def vectors_of(name: str) -> list[Vector]:
    vectors: list[Vector] = read(name)["vectors"]
    return vectors
