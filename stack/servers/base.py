"""What a recipe for a server has to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stack.cache import Say
from stack.folders import state_folder
from stack.process import Probe, Process

Program = Mapping[str, str]
"""Paths of what a server runs on, by role: {"java": …, "jars": …}."""


@dataclass(frozen=True)
class Site:
    """The checkout a server runs for, and the ports it has there."""

    root: Path
    ports: Mapping[str, int]

    def data(self, name: str) -> Path:
        """The folder with the data of one server."""
        return state_folder(self.root) / "data" / name


@dataclass(frozen=True)
class Container:
    """A server as an image, for machines with a Docker engine. Ports map host port to container port."""

    image: str
    ports: Mapping[int, int]
    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    data: str | None = None


class Server(Protocol):
    """A recipe: where the program comes from, how it is run, and where it then answers."""

    name: str
    title: str
    variable: str
    """The environment variable with the address of a server that runs already."""
    ports: tuple[str, ...]
    how: str
    """What `obtain` does when nothing is found, for `pavilion doctor`."""
    in_container: bool = True
    """Whether it runs as a container where there is an engine. Not what has to reach processes of this machine."""

    def find(self) -> Program | None:
        """What is on this machine already, without fetching anything."""
        ...

    def obtain(self, say: Say) -> Program:
        """What `find` gives, fetched or built first if need be. Raises StackError."""
        ...

    def prepare(self, program: Program, site: Site) -> None:
        """Make the data folder if it is not there yet."""
        ...

    def process(self, program: Program, site: Site) -> Process:
        """The process to run."""
        ...

    def probe(self, site: Site) -> Probe:
        """Whether the server can be used."""
        ...

    def container(self, site: Site) -> Container:
        """The same server as an image."""
        ...

    def settle(self, site: Site) -> None:
        """What is done once it is ready, again at each start. Most servers need nothing."""

    def addresses(self, site: Site) -> dict[str, str]:
        """The settings that lead to the server, the one of `variable` first."""
        ...
