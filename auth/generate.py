"""Makes ``auth/v1`` from ``proto/auth/v1/auth.proto``.

    python -m auth.generate

Needs grpcio-tools, which is there for development. A test holds the files to this.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PROTO = Path("auth/v1/auth.proto")


def generate(folder: Path) -> list[Path]:
    """Write the generated modules under ``folder``; their paths within it."""
    command = (
        *(sys.executable, "-m", "grpc_tools.protoc", "-I", str(PROJECT / "proto")),
        *(f"--python_out={folder}", f"--pyi_out={folder}", f"--grpc_python_out={folder}", str(PROTO)),
    )
    subprocess.run(command, check=True, cwd=PROJECT)  # noqa: S603  (a command of constants)
    return sorted(path.relative_to(folder) for path in folder.rglob("auth_pb2*"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for path in generate(Path(folder)):
            (PROJECT / path).write_bytes((Path(folder) / path).read_bytes())
            print(path)


if __name__ == "__main__":
    main()
