"""docker-compose.yml as its readers see it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[3]
FILE = PROJECT / "docker-compose.yml"
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]*\}")
VARIABLE = re.compile(r"\$\{(\w+)[:?}-]")


class Loader(yaml.SafeLoader):
    """Takes Compose's own tags for what they stand before."""


def _sequence(loader: Loader, node: Any) -> list[Any]:
    return loader.construct_sequence(node)


Loader.add_constructor("!override", _sequence)


def text() -> str:
    return FILE.read_text(encoding="utf-8")


def with_secrets() -> str:
    """The file with a value for every variable that has to be set."""
    return REQUIRED.sub("secret", text())


@cache
def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(text())["services"]


def jobs() -> set[str]:
    """Services that end: others wait for their completion."""
    return {
        name
        for service in services().values()
        for name, wait in service.get("depends_on", {}).items()
        if wait["condition"] == "service_completed_successfully"
    }


def ours() -> dict[str, dict[str, Any]]:
    """The services that run our image."""
    return {name: service for name, service in services().items() if "build" in service}
