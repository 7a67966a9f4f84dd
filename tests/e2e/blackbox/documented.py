"""The operations that the gateway's own documents tell everybody of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import httpx

from tests.e2e.blackbox.conftest import Outside

DOCUMENTS = ("/openapi.json", "/v1/auth/openapi.json")
UNREACHED = {"metrics"}
"""Of the process itself; the gateway leads to none of it."""
NOTHING = str(UUID(int=5))
SAMPLES = {"code": "not_found", "what": "result", "deadline": "roster-lock", "node": "m1", "event": "evt_1"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One of them."""

    id: str
    method: str
    path: str
    said: Mapping[str, Any]

    @property
    def roles(self) -> tuple[str, ...] | None:
        """Who may call it; None: everybody."""
        return tuple(self.said["x-roles"]) if "x-roles" in self.said else None

    @property
    def own(self) -> bool:
        """Whether it is about whoever calls it."""
        return "it is about the caller" in self.said.get("description", "")

    @property
    def names(self) -> tuple[str, ...]:
        """What stands in its address, to be filled in."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def example(self) -> Any:
        """A body as the document shows it; None where it takes none."""
        content = self.said.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("example")

    def at(self, **ids: str) -> str:
        """Its address with these ids, and of the rest something that there is not."""
        known = {name: SAMPLES.get(name, NOTHING) for name in self.names}
        return self.path.format(**{**known, **{name: id_ for name, id_ in ids.items() if name in known}})


@cache
def documents(url: str, ca_file: str) -> tuple[Mapping[str, Any], ...]:
    """Both documents as anybody gets them."""
    outside = Outside(url, ca_file, "")
    with outside.http() as http:
        return tuple(http.get(path).raise_for_status().json() for path in DOCUMENTS)


def operations(outside: Outside) -> tuple[Operation, ...]:
    """Every operation that can be reached from outside."""
    found = (
        Operation(said["operationId"], method.upper(), path, said)
        for document in documents(outside.url, outside.ca_file)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    )
    return tuple({(each.method, each.path): each for each in found if each.id not in UNREACHED}.values())


def wrongly_let_in(answers: Mapping[str, httpx.Response], *statuses: int) -> dict[str, str]:
    """Of many answers those that have another status than they must."""
    return {
        name: f"{answer.status_code} {answer.text[:200]}"
        for name, answer in answers.items()
        if answer.status_code not in statuses
    }
