"""May the JSON of an event change like this without a new version?

Both ways must hold: this code reads what was stored under the old schema, and whoever reads by the old schema is not
surprised by what is written now. So a field may be added if it has a default, a value of an enumeration or an
alternative may be added, and words of explanation may change. Nothing else: no field goes, becomes required or
optional, changes its type, or has another default; no value of an enumeration goes. What must change otherwise gets a
new version and an upcaster (``contracts.upcasting``).
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_SAME = ("type", "format", "pattern", "const", "minItems", "maxItems", "maxProperties")
_WORDS_ONLY = frozenset({"$schema", "$id", "$defs", "title", "description"})
_UNDERSTOOD = _WORDS_ONLY | {
    *_SAME,
    *("properties", "required", "default", "enum", "anyOf", "items", "prefixItems", "additionalProperties"),
    "$ref",
}


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in ``new`` breaks with ``old``, each with its place; empty if nothing does."""
    return list(dict.fromkeys(_Comparison(old, new).at("", old, new)))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old.get("$defs", {})
        self._new = new.get("$defs", {})
        self._seen: set[tuple[str, str]] = set()

    def at(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        """The breaks at and below a place."""
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair):
            if pair in self._seen:
                return
            self._seen.add(pair)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        for word in sorted((old.keys() | new.keys()) - _UNDERSTOOD):
            yield f"{place or 'the event'}: `{word}` is nothing that can be compared"
        for word in _SAME:
            if old.get(word) != new.get(word):
                yield f"{place or 'the event'}: {word} was {old.get(word)!r} and is {new.get(word)!r}"
        yield from self._enums(place, old, new)
        yield from self._alternatives(place, old, new)
        yield from self._fields(place, old, new)
        yield from self._elements(place, old, new)

    def _enums(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        if ("enum" in old) != ("enum" in new):
            yield f"{place}: is an enumeration on one side only"
        for value in old.get("enum", ()):
            if value not in new.get("enum", (value,)):
                yield f"{place}: the value {value!r} is gone"

    def _alternatives(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        before = {self._name(arm, self._old): arm for arm in old.get("anyOf", ())}
        after = {self._name(arm, self._new): arm for arm in new.get("anyOf", ())}
        if bool(before) != bool(after):
            yield f"{place}: is one of several on one side only"
            return
        if ("null" in before) != ("null" in after):
            yield f"{place}: may be null on one side only"
        for name in before:
            if name not in after and name != "null":
                yield f"{place}: the alternative {name} is gone"
        for name in before.keys() & after.keys():
            yield from self.at(place, before[name], after[name])

    def _name(self, arm: Schema, defs: dict[str, Schema]) -> str:
        """What tells an alternative from the others: its ``kind``, else its type."""
        resolved = _resolved(arm, defs)
        kind = resolved.get("properties", {}).get("kind", {}).get("const")
        return str(kind or resolved.get("type") or ("enumeration" if "enum" in resolved else "other"))

    def _fields(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield f"{_inside(place, name)}: is gone"
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{_inside(place, name)}: is required now"
        for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
            if name in after:
                yield f"{_inside(place, name)}: may be left out now"
        for name in before.keys() & after.keys():
            was, is_ = before[name], after[name]
            if ("default" in was) and was["default"] != is_.get("default", was["default"]):
                yield f"{_inside(place, name)}: its default was {was['default']!r} and is {is_['default']!r}"
            yield from self.at(_inside(place, name), was, is_)

    def _elements(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        for word in ("items", "additionalProperties"):
            if (word in old) != (word in new):
                yield f"{place}: has {word} on one side only"
            elif word in old:
                yield from self.at(f"{place}[]", old[word], new[word])
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(before) != len(after):
            yield f"{place}: had {len(before)} elements and has {len(after)}"
        for number, (was, is_) in enumerate(zip(before, after, strict=False)):
            yield from self.at(f"{place}[{number}]", was, is_)


def _resolved(schema: Schema, defs: dict[str, Schema]) -> Schema:
    ref = schema.get("$ref")
    return defs[ref.rpartition("/")[2]] if ref else schema


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
