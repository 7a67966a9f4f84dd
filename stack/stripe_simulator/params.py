"""A request's parameters: `amount=100&metadata[team]=lions&expand[]=latest_charge`, read once and completely."""

import re
from typing import Any
from urllib.parse import parse_qsl

from stack.stripe_simulator.errors import wrong

PART = re.compile(r"[^\[\]]+|\[\]")
KEYS, KEY_LENGTH, VALUE_LENGTH = 50, 40, 500  # of metadata
LARGEST = 99_999_999


def decode(text: str) -> dict[str, Any]:
    """The form as a tree; lists are dicts from "0", "1" … to their parts."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = PART.findall(name)
        node = tree
        for part in path:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise wrong(name, f"Invalid parameter: {name}")
        node[str(len(node)) if last == "[]" else last] = value
    return tree


class Params:
    """The parameters of one request, each of which must be read: `finish` refuses what nobody knows."""

    def __init__(self, tree: dict[str, Any], prefix: str = "") -> None:
        self._left = dict(tree)
        self._prefix = prefix
        self._inner: list[Params] = []

    def _name(self, name: str) -> str:
        return f"{self._prefix}[{name}]" if self._prefix else name

    def _take(self, name: str) -> str | None:
        value = self._left.pop(name, None)
        if isinstance(value, dict):
            raise wrong(self._name(name), f"Invalid string: {self._name(name)}")
        return value or None

    def _missing(self, name: str) -> Exception:
        full = self._name(name)
        return wrong(full, f"Missing required param: {full}.", "parameter_missing")

    def text(self, name: str) -> str | None:
        """A text, or None if it is not there."""
        return self._take(name)

    def need(self, name: str) -> str:
        """A text that must be there."""
        value = self._take(name)
        if value is None:
            raise self._missing(name)
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, or None."""
        value = self._take(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,15}", value):
            raise wrong(self._name(name), f"Invalid integer: {value}", "parameter_invalid_integer")
        return int(value)

    def amount(self, name: str = "amount") -> int | None:
        """An amount of money in minor units, above nothing."""
        value = self.integer(name)
        if value is not None and value < 1:
            raise wrong(
                self._name(name),
                "This value must be greater than or equal to 1.",
                "parameter_invalid_integer",
            )
        if value is not None and value > LARGEST:
            raise wrong(self._name(name), "Amount must be no more than 99999999", "amount_too_large")
        return value

    def need_amount(self) -> int:
        """The amount, which must be there."""
        value = self.amount()
        if value is None:
            raise self._missing("amount")
        return value

    def boolean(self, name: str) -> bool | None:
        """true or false, or None."""
        value = self._take(name)
        if value not in (None, "true", "false"):
            raise wrong(self._name(name), f"Invalid boolean: {value}")
        return None if value is None else value == "true"

    def inner(self, name: str) -> "Params":
        """The parameters within another, as `card[number]`."""
        value = self._left.pop(name, None) or {}
        if not isinstance(value, dict):
            raise wrong(self._name(name), "Invalid object")
        self._inner.append(inner := Params(value, self._name(name)))
        return inner

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        value = self._left.pop(name, None) or {}
        if not isinstance(value, dict):
            raise wrong(self._name(name), "Invalid array")
        return [str(part) for part in value.values()]

    def metadata(self) -> dict[str, str]:
        """Text to text, within Stripe's limits."""
        found = {key: str(value) for key, value in (self._left.pop("metadata", None) or {}).items()}
        if len(found) > KEYS:
            raise wrong("metadata", f"Metadata can have at most {KEYS} keys.")
        for key, value in found.items():
            if len(key) > KEY_LENGTH or len(value) > VALUE_LENGTH:
                raise wrong(f"metadata[{key}]", "Metadata keys have at most 40 characters, values 500.")
        return found

    def finish(self) -> None:
        """Refuse what was not read."""
        for name in self._left:
            full = self._name(name)
            raise wrong(full, f"Received unknown parameter: {full}", "parameter_unknown")
        for inner in self._inner:
            inner.finish()
