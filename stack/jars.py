"""Fetches a Maven artifact and everything it needs at run time into one flat folder.

    python -m stack.jars FOLDER MAIN_CLASS GROUP:ARTIFACT:VERSION [GROUP:ARTIFACT:VERSION of a lone jar]...

A process of its own, so that a fetch can be interrupted.
"""

import os
import shutil
import ssl
import sys
import tempfile
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.env import EnvironmentBuilder, LinkStrategy
from jgo.maven import MavenContext


def fetch(folder: Path, main_class: str, coordinate: str, lone: list[str]) -> None:
    """Leave the jars in `folder`: those of `coordinate` with all they need, and each of `lone` by itself.

    Lone artifacts are resolved apart, since a resolver lets the versions one artifact manages leak into another.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        for jar in _resolve(Path(scratch), coordinate, main_class):
            shutil.move(jar, folder / jar.name)
        for extra in lone:
            _, artifact, version = extra.split(":")
            (jar,) = (
                j for j in _resolve(Path(scratch), extra, "none") if j.name == f"{artifact}-{version}.jar"
            )
            shutil.move(jar, folder / jar.name)


def _resolve(scratch: Path, coordinate: str, main_class: str) -> list[Path]:
    """jgo keeps modules and plain jars apart; a class path wants them together."""
    repositories = {"central": MAVEN_CENTRAL_URL}
    context = MavenContext(repo_cache=scratch / "repository", remote_repos=repositories)
    environments = scratch / "environments"
    builder = EnvironmentBuilder(context=context, cache_dir=environments, link_strategy=LinkStrategy.HARD)
    environment = builder.from_endpoint(coordinate, main_class=main_class)
    return [jar for place in (environment.jars_dir, environment.modules_dir) for jar in place.glob("*.jar")]


if __name__ == "__main__":
    # jgo trusts the certificates of its own package; the system's may hold those of a company's proxy as well.
    _system = ssl.get_default_verify_paths().cafile
    if _system:
        os.environ.setdefault("REQUESTS_CA_BUNDLE", _system)
    fetch(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
