"""stripe-mock: Stripe's own server that knows which requests its API takes, and the OpenAPI it knows them from."""

from pathlib import Path

from stack import tools
from stack.cache import Say, cached

VERSION = "0.203.0"
MODULE = f"github.com/stripe/stripe-mock@v{VERSION}"
HOME = f"stripe-mock-{VERSION}"
SPECIFICATION = "spec3.json"


def stripe_mock(say: Say) -> Path:
    """The folder with `stripe-mock` and SPECIFICATION, built first if need be. Raises StackError."""

    def build(draft: Path) -> None:
        tools.go_build(
            HOME,
            ["install", "-trimpath", "-ldflags=-s -w", MODULE],
            say,
            target=draft,
            megabytes=700,
            minutes=2,
            keep=(f"{MODULE}/embedded/openapi/{SPECIFICATION}",),
        )

    return cached(HOME, build, say, megabytes=700)
