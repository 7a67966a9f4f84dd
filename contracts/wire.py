"""The domain's dataclasses as plain JSON values and back, also where a field may hold one of several.

Where a type hint allows several dataclasses (a stage of a format, where a team comes from), each is written
with ``kind``: the value of its own ``kind`` field, else the words of its class ("winner of"). A mapping whose
keys are not text is a list of pairs. Fractions are text ("5/4"). Everything else is as msgspec writes it.
"""

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

KIND = "kind"
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLACE = re.compile(r"^(?P<said>.*?)(?: - at `\$(?P<place>.*)`)?$", re.DOTALL)
_JSON_WORDS = {dict: "object", list: "array", type(None): "null"}

Reader = Callable[[Any, str], Any]
"""Takes the data and the place it stands in."""


class DoesNotFit(ValueError):
    """Data that a type cannot be made from; ``field`` says where ("settings.format.stages[0].rounds")."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(f"{field}: {said}" if field else said)
        self.field = field
        self.said = said


def kind_of(type_: type[Any]) -> str:
    """What tells a dataclass from the others that may stand in its place."""
    return _own_kind(type_) or _WORD.sub(" ", type_.__name__).lower()


def _own_kind(type_: type[Any]) -> str | None:
    return next((f.default for f in fields(type_) if f.name == KIND and isinstance(f.default, str)), None)


def special(hint: type[Any], data: Any) -> Any:
    """How msgspec reads what it does not know itself (its ``dec_hook``)."""
    if hint is Fraction:
        try:
            return Fraction(data)
        except (TypeError, ValueError, ZeroDivisionError):
            raise ValueError(f'Expected a fraction such as "5/4", got {data!r}') from None
    raise NotImplementedError(f"nobody has said how {hint} is read")


class Wire:
    """Writes and reads values of the dataclasses ``roots`` and of all they hold.

    ``strict``: a field that is not known is refused; otherwise it is ignored.
    """

    def __init__(self, roots: Iterable[type[Any]], *, strict: bool) -> None:
        self._strict = strict
        self._readers: dict[Any, Reader] = {}
        self._told: dict[type[Any], dict[str, str]] = {}
        self._names: dict[type[Any], tuple[str, ...]] = {}
        for root in roots:
            self._reader_of(root)

    def plain(self, value: Any) -> Any:
        """``value`` as dictionaries, lists and what msgspec writes by itself."""
        type_ = type(value)
        names = self._names.get(type_)
        if names is not None:
            written = dict(self._told.get(type_, ()))
            for name in names:
                written[name] = self.plain(getattr(value, name))
            return written
        if type_ is tuple or type_ is list:
            return [self.plain(one) for one in value]
        if isinstance(value, Mapping):
            return self._plain_mapping(value)
        return str(value) if type_ is Fraction else value

    def read(self, hint: Any, data: Any) -> Any:
        """The value of the type ``hint`` that plain JSON values stand for. Raises DoesNotFit."""
        return self._reader_of(hint)(data, "")

    def _plain_mapping(self, mapping: Mapping[Any, Any]) -> Any:
        if all(isinstance(key, str) for key in mapping):
            return {str(key): self.plain(one) for key, one in mapping.items()}
        return [[self.plain(key), self.plain(one)] for key, one in mapping.items()]

    def _reader_of(self, hint: Any) -> Reader:
        reader = self._readers.get(hint)
        if reader is None:
            reader = self._readers[hint] = self._new_reader(hint)
        return reader

    def _new_reader(self, hint: Any) -> Reader:
        origin, arms = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self._of_union(hint, arms)
        if _is_dataclass_type(hint):
            return self._of_dataclass(hint)
        if origin in (tuple, list):
            return self._of_sequence(origin, arms)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._of_mapping(*arms)
        return _of_leaf(hint)

    def _of_union(self, hint: Any, arms: tuple[Any, ...]) -> Reader:
        classes = tuple(arm for arm in arms if _is_dataclass_type(arm))
        others = tuple(arm for arm in arms if arm not in classes and arm is not types.NoneType)
        if classes:
            read = self._reader_of(classes[0]) if len(classes) == 1 else self._of_alternatives(classes)
        else:
            read = self._reader_of(others[0]) if len(others) == 1 else _of_leaf(hint)
        if types.NoneType not in arms:
            return read
        return lambda data, place: None if data is None else read(data, place)

    def _of_alternatives(self, classes: tuple[type[Any], ...]) -> Reader:
        readers = {kind_of(one): self._reader_of(one) for one in classes}
        for one in classes:
            if _own_kind(one) is None:
                self._told[one] = {KIND: kind_of(one)}

        def read(data: Any, place: str) -> Any:
            kind = _object(data, place).get(KIND)
            if not isinstance(kind, str) or kind not in readers:
                raise DoesNotFit(_inside(place, KIND), f"Expected one of {', '.join(readers)}; got {kind!r}")
            return readers[kind](data, place)

        return read

    def _of_dataclass(self, type_: type[Any]) -> Reader:
        hints = get_type_hints(type_)
        known = {field.name: self._reader_of(hints[field.name]) for field in fields(type_)}
        needed = {f.name for f in fields(type_) if f.default is MISSING and f.default_factory is MISSING}
        self._names[type_] = tuple(known)

        def read(data: Any, place: str) -> Any:
            given = _object(data, place)
            for name in (
                given.keys() - known.keys() - self._told.get(type_, {}).keys() if self._strict else ()
            ):
                raise DoesNotFit(_inside(place, str(name)), "there is no such field")
            for name in sorted(needed - given.keys()):
                raise DoesNotFit(_inside(place, name), "is missing")
            return type_(
                **{
                    name: read_field(given[name], _inside(place, name))
                    for name, read_field in known.items()
                    if name in given
                }
            )

        return read

    def _of_sequence(self, origin: type[Any], arms: tuple[Any, ...]) -> Reader:
        any_length = origin is list or arms[-1] is Ellipsis
        each = tuple(self._reader_of(arm) for arm in arms if arm is not Ellipsis)

        def read(data: Any, place: str) -> Any:
            _list(data, place)
            if not any_length and len(data) != len(each):
                raise DoesNotFit(place, f"Expected `array` of length {len(each)}, got {len(data)}")
            readers = each * len(data) if any_length else each
            return origin(
                read_one(one, f"{place}[{index}]")
                for index, (read_one, one) in enumerate(zip(readers, data, strict=True))
            )

        return read

    def _of_mapping(self, key_hint: Any, value_hint: Any) -> Reader:
        read_key, read_value = self._reader_of(key_hint), self._reader_of(value_hint)

        def read(data: Any, place: str) -> Any:
            pairs = list(data.items()) if isinstance(data, dict) else data
            if not isinstance(pairs, list) or any(len(_list(pair, place)) != 2 for pair in pairs):
                raise DoesNotFit(place, f"Expected `object`, got {_word_for(data)}")
            return {read_key(key, place): read_value(one, _inside(place, str(key))) for key, one in pairs}

        return read


def _of_leaf(hint: Any) -> Reader:
    converted = Annotated[datetime, msgspec.Meta(tz=True)] if hint is datetime else hint

    def read(data: Any, place: str) -> Any:
        try:
            return msgspec.convert(data, converted, dec_hook=special)
        except msgspec.ValidationError as error:
            found = _PLACE.match(str(error))
            said, inside = (found["said"], found["place"] or "") if found else (str(error), "")
            raise DoesNotFit((place + inside).lstrip("."), said) from None

    return read


def _is_dataclass_type(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _object(data: Any, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise DoesNotFit(place, f"Expected `object`, got {_word_for(data)}")
    return data


def _list(data: Any, place: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise DoesNotFit(place, f"Expected `array`, got {_word_for(data)}")
    return data


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _word_for(data: Any) -> str:
    return f"`{_JSON_WORDS.get(type(data), type(data).__name__)}`"
