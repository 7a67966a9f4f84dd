"""ClickHouse as a process of its own, which reads Kafka: a statement a line comes in as JSON, its answer goes out so.

An engine in a process takes no table of Kafka's once another engine of the process was closed (it says "Shutdown was
called"), and importing chdb opens and closes one. So this takes the compiled module without the package around it.
"""

import contextlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

CONFIG = "<clickhouse><kafka><session_timeout_ms>6000</session_timeout_ms></kafka></clickhouse>"
"""Kafka gives up a killed one after the six seconds that are its least, not after 45."""


def engine() -> Any:
    """The compiled module of chdb."""
    spec = importlib.util.find_spec("chdb")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = ModuleType("chdb")
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules["chdb"] = package
    with contextlib.chdir(Path(package.__path__[0])):  # it looks for its libraries where it stands
        return importlib.import_module("chdb._chdb")


def main(folder: str) -> None:
    config = Path(f"{folder}.xml")
    config.write_text(CONFIG, encoding="utf-8")
    connection = engine().connect(f"{folder}?config-file={config}")
    for line in sys.stdin:
        statement, form = json.loads(line)
        try:
            answer = {"said": connection.query(statement, form).bytes().decode()}
        except RuntimeError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
