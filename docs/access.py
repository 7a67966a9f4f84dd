"""docs/permissions.md: who may do what, from the tables of the code."""

from collections.abc import Iterable, Sequence

from api.operations import Operation
from api.permissions import PUBLIC, access_of
from api.places import place_of
from contracts.identity import ROLES, SCOPES_OF

INTRODUCTION = """\
# Who may do what

Every request but the public ones below carries a token. Its tenant is the league it goes to: what belongs to another
league is not found, whoever asks. Its grants say which roles the caller has there, and where each counts: in the whole
league (`scorer`), or in one tournament, team or match of it (`scorer@match:0191…`). Without a role that counts the
answer is 403 `role_missing`. A match is in its own scope, its two teams' and its tournament's; a payment in that of the
entry it is for. Captains and players are let in by these tables like everybody, and then only for their own team or
themselves (403 `not_yours`). Lists of the whole league need a role in the league.

The tables are `api/permissions.py`, `api/places.py` and `contracts/identity.py`. The OpenAPI document says the same of
each operation: `x-roles`, `x-scopes`, and `x-fresh` for those that ask whether the role was taken away a moment ago.

## Where a role can be held

A grant in what is not listed here grants nothing.

"""
OPERATIONS = """\

## What each operation needs

**Fresh** marks those that look the caller up at the Auth Service, beside verifying the token.
"""
WITHOUT = """\

## What needs no token

"""


def page(operations: Sequence[Operation]) -> str:
    """The page for these operations."""
    protected = [each for each in operations if not each.public]
    tags = dict.fromkeys(each.tag for each in protected)
    held = [[f"`{role}`", ", ".join(["the league", *sorted(SCOPES_OF[role])])] for role in ROLES]
    return (
        INTRODUCTION
        + _table(["role", "can be held in"], held)
        + OPERATIONS
        + "".join(_of_tag(tag, [each for each in protected if each.tag == tag]) for tag in tags)
        + WITHOUT
        + _table(["operation", "request"], [_named(each) for each in operations if each.id in PUBLIC])
    )


def _of_tag(tag: str, operations: Iterable[Operation]) -> str:
    rows: list[list[str]] = []
    for each in operations:
        said = access_of(each.id, place_of(each.id, each.path))
        roles = "any" if len(said["x-roles"]) == len(ROLES) else ", ".join(said["x-roles"])
        where = ", ".join(["league", *said["x-scopes"][1:]])
        rows.append([*_named(each), roles, where, "fresh" if said["x-fresh"] else ""])
    return f"\n### {tag}\n\n" + _table(["operation", "request", "roles", "held in", ""], rows)


def _named(operation: Operation) -> list[str]:
    return [f"`{operation.id}`", f"`{operation.method} {operation.path}`"]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
