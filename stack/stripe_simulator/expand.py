"""`expand[]=latest_charge.balance_transaction`: an object in place of its id."""

from collections.abc import Iterable
from typing import Any

from stack.stripe_simulator.errors import wrong
from stack.stripe_simulator.store import Object, Store

DEEPEST = 4


def expand(store: Store, answer: Object, paths: Iterable[str]) -> Object:
    """The answer with objects at these paths."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise wrong(
                "expand", f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}"
            )
        if "data" in answer and parts[0] != "data":
            raise wrong("expand", f"This property cannot be expanded ({path}). Try `data.{path}`.")
        _expand(store, answer, parts, path)
    return answer


def _expand(store: Store, node: Any, parts: list[str], path: str) -> None:
    if isinstance(node, list):
        for part in node:
            _expand(store, part, parts, path)
        return
    name, *rest = parts
    if name not in node:
        raise wrong("expand", f"This property cannot be expanded ({path}).")
    if isinstance(node[name], str):
        node[name] = store.get(node[name]) or node[name]
    if rest and isinstance(node[name], dict | list):
        _expand(store, node[name], rest, path)
