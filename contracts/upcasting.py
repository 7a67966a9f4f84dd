"""Old JSON of an event brought to the form that this code writes.

An event is stored for ever as it was written. When the JSON of a type changes in a way that old readers or old
events could not follow (``contracts.compatibility``), its new form is another version, and the old one is lifted by a
function here, which takes the JSON of one version and gives that of the next. A type stands at the version after its
last upcaster: there is no other place where versions are counted.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
Table = Mapping[tuple[str, int], Upcaster]
"""By the event's type and the version of the JSON that it takes."""

UPCASTERS: dict[str, Table] = {}
"""By the kind of stream. Every event has its first form as yet."""


class MissingUpcaster(Exception):
    """There is no way from one version of a type to the next."""


class Upcasting:
    """The versions of one kind's events."""

    def __init__(self, types: Iterable[str], table: Table) -> None:
        self._table = table
        self.versions = {name: self._latest(name) for name in types}

    def _latest(self, name: str) -> int:
        """The version that this code writes. Raises MissingUpcaster if a step to it is left out."""
        steps = sorted(version for type_name, version in self._table if type_name == name)
        if steps != list(range(1, len(steps) + 1)):
            raise MissingUpcaster(f"{name} has upcasters from the versions {steps}: one is missing")
        return len(steps) + 1

    def lift(self, name: str, data: bytes | str, version: int) -> bytes | str:
        """The JSON of an event, written as ``version`` of its type, as it is written now.

        Raises MissingUpcaster, msgspec.DecodeError, and whatever an upcaster raises on what it cannot read.
        """
        latest = self.versions[name]
        if version == latest:
            return data
        if version < 1:
            raise MissingUpcaster(f"{name} never had a version {version}")
        plain = msgspec.json.decode(data)
        for step in range(version, latest):
            plain = self._table[name, step](plain)
        return msgspec.json.encode(plain)
