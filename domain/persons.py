"""A person's name taken out of what is recorded, and another put in its place. Ids, and all that was scored, stay.

It works on events and states alike: dataclasses, with whatever tuples, lists and mappings hold them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

NAMED_BY: tuple[tuple[str, str], ...] = (
    ("person", "name"),
    ("player", "name"),
    ("player_in", "player_in_name"),
)
"""Fields that say whose name another one has. In what is called a player it is ``id``; teams and grounds have one too."""
SENTENCES = frozenset({"answer", "award_reason", "commentary", "email", "reason", "umpire_decision"})
"""Fields in which people write what they like, names too."""
BORN = "born"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased:
    """A person asked to be forgotten: from here on, and in all that stands before, they are called ``name``."""

    person: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """``texts``: names and addresses of the person as people have written them."""

    person: str
    name: str
    texts: frozenset[str] = frozenset()

    def of(self, value: Any) -> Any:
        """The value without the person's name; itself where it does not have it."""
        return self._in(value, self._sentence())

    def knowing(self, value: Any) -> "Erasure":
        """The same, looking for the names too by which ``value`` calls the person."""
        found = frozenset(names_of(value, self.person)) - {self.name}
        return self if found <= self.texts else replace(self, texts=self.texts | found)

    def _sentence(self) -> Callable[[str], str]:
        """What makes a sentence of one that has the names. Single words are left: they are words too."""
        known = sorted((text for text in self.texts if " " in text or "@" in text), key=len, reverse=True)
        if not known:
            return lambda said: said
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)
        return lambda said: pattern.sub(self.name, said)

    def _in(self, value: Any, sentence: Callable[[str], str]) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return self._in_dataclass(value, sentence)
        if isinstance(value, tuple | list):
            items = cast("tuple[Any, ...] | list[Any]", value)
            made = [self._in(item, sentence) for item in items]
            same = all(new is old for new, old in zip(made, items, strict=True))
            return items if same else made if isinstance(items, list) else tuple(made)
        if isinstance(value, dict):
            known = cast("dict[Any, Any]", value)
            made = {key: self._in(item, sentence) for key, item in known.items()}
            return known if all(made[key] is known[key] for key in known) else made
        return value

    def _in_dataclass(self, value: Any, sentence: Callable[[str], str]) -> Any:
        changes: dict[str, Any] = {}
        own = frozenset(_own_fields(value, self.person))
        for each in fields(value):
            if not each.init:
                continue
            before = getattr(value, each.name)
            after = self._in(before, sentence)
            if each.name in own:
                after = None if each.name == BORN else self.name
            elif isinstance(before, str) and each.name in SENTENCES:
                after = sentence(before)
            elif isinstance(before, str) and each.name == "name" and self._loose(value, before):
                after = self.name
            if after is not before and after != before:
                changes[each.name] = after
        return replace(value, **changes) if changes else value

    def _loose(self, value: Any, name: str) -> bool:
        """A fielder who is known by their name alone."""
        return getattr(value, "player", self) is None and name in self.texts


def names_of(value: Any, person: str) -> Iterator[str]:
    """Every name by which ``value`` calls the person."""
    if is_dataclass(value) and not isinstance(value, type):
        own = (name for name in _own_fields(value, person) if name != BORN)
        yield from (said for name in own if isinstance(said := getattr(value, name), str) and said)
        inner: Iterable[Any] = (getattr(value, each.name) for each in fields(value))
    elif isinstance(value, Mapping):
        inner = cast("Mapping[Any, Any]", value).values()
    elif isinstance(value, tuple | list):
        inner = cast("tuple[Any, ...]", value)
    else:
        return
    for one in inner:
        yield from names_of(one, person)


def _own_fields(value: Any, person: str) -> Iterator[str]:
    """The fields of a dataclass that say a person's name or birth."""
    named_by = NAMED_BY if not type(value).__name__.endswith("Player") else (("id", "name"), *NAMED_BY)
    for by, name in named_by:
        if getattr(value, by, None) == person and hasattr(value, name):
            yield name
            if hasattr(value, BORN):
                yield BORN
