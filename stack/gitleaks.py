"""gitleaks: looks for secrets in files and in what git remembers of them."""

from pathlib import Path

from stack import tools
from stack.cache import Say, cached

VERSION = "8.30.1"
MODULE = f"github.com/zricethezav/gitleaks/v8@v{VERSION}"
HOME = f"gitleaks-{VERSION}"


def gitleaks(say: Say) -> Path:
    """The program, built first if need be. Raises StackError."""

    def build(draft: Path) -> None:
        install = ["install", "-trimpath", "-ldflags=-s -w", MODULE]
        tools.go_build(HOME, install, say, target=draft, megabytes=900, minutes=3)

    return cached(HOME, build, say, megabytes=900) / "gitleaks"
