"""Prints what `countersign[fastapi,postgres]` consists of here, as `name==version`."""

from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement

EXTRAS = ("", "fastapi", "postgres")


def main() -> None:
    """Follow the requirements of what is installed here."""
    found: dict[str, str] = {}
    waiting = ["countersign"]
    while waiting:
        name = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        key = package.metadata["Name"].lower()
        if key in found:
            continue
        found[key] = package.version
        extras = EXTRAS if name == "countersign" else ("",)
        for text in package.requires or []:
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(requirement.name)
    found.pop("countersign")
    for name, version in sorted(found.items()):
        print(f"{name}=={version}")  # noqa: T201


main()
