"""Fetches Maven artifacts and everything they need at run time into one flat folder.

    python -m stack.jars GROUP:ARTIFACT:VERSION[+…] MAIN_CLASS FOLDER

A process of its own, so that a fetch can be interrupted.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.env import EnvironmentBuilder, LinkStrategy
from jgo.maven import MavenContext


def fetch(artifacts: str, main_class: str, folder: Path) -> None:
    """Leave the jars in `folder`. jgo keeps modules and plain jars apart; a class path wants them together."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        context = MavenContext(
            repo_cache=Path(scratch, "repository"), remote_repos={"central": MAVEN_CENTRAL_URL}
        )
        builder = EnvironmentBuilder(
            context=context, cache_dir=Path(scratch, "environments"), link_strategy=LinkStrategy.HARD
        )
        environment = builder.from_endpoint(artifacts, main_class=main_class)
        for source in (environment.jars_dir, environment.modules_dir):
            for jar in source.glob("*.jar"):
                shutil.move(jar, folder / jar.name)


if __name__ == "__main__":
    fetch(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
