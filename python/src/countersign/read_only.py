"""JSON values that nobody can change, since a cache may hand them out again."""

from typing import Any, NoReturn


class ReadOnlyDict(dict[str, Any]):
    """A dict that refuses changes. Being a dict, it can be written as JSON."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("claims cannot be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __copy__(self) -> "ReadOnlyDict":
        return self

    def __deepcopy__(self, memo: object) -> "ReadOnlyDict":
        return self

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return (ReadOnlyDict, (dict(self),))


def read_only(value: dict[str, Any]) -> ReadOnlyDict:
    """Copy a JSON object so that neither it nor anything in it can be changed."""
    return ReadOnlyDict({name: _frozen(member) for name, member in value.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return read_only(value)
    return tuple(_frozen(member) for member in value) if isinstance(value, list) else value
