"""Where a checkout keeps the state of its stack."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def project_root() -> Path:
    """The folder whose stack is meant: PAVILION_ROOT, else the checkout this code lies in."""
    return Path(os.environ.get("PAVILION_ROOT") or CHECKOUT).resolve()


def state_folder(root: Path) -> Path:
    """`.pavilion` of a root: ports.json, stack.json, data/, logs/, supervisor/."""
    return root / ".pavilion"


def stack_file(root: Path) -> Path:
    """The addresses of the running stack, as `pavilion up` wrote them."""
    return state_folder(root) / "stack.json"
