"""Fetch what the tests' servers run on, and show the progress, before any test's clock starts.

python -m tests.fetch
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from cli.progress import Steps
from stack import tools
from stack.containers import engine_answers
from stack.errors import StackError
from stack.gitleaks import gitleaks
from stack.outside import outside_address
from stack.servers import DEFAULT_SERVERS, GATEWAY, SERVERS
from stack.servers.temporal import temporal_test_server
from stack.stripe_mock import stripe_mock

TEST_SERVER, STRIPE_MOCK, GITLEAKS = "test server", "stripe-mock", "gitleaks"


def fetch(steps: Steps) -> None:
    """Leave in the cache what is not there yet. Raises StackError."""
    engine = engine_answers()
    wanted = [SERVERS[name] for name in (*DEFAULT_SERVERS, GATEWAY)]
    needed = [s for s in wanted if not (engine and s.in_container) and not outside_address(s)]
    for_tests = {TEST_SERVER: temporal_test_server, STRIPE_MOCK: stripe_mock, GITLEAKS: gitleaks}
    obtain = {server.name: server.obtain for server in needed} | for_tests

    def one(name: str) -> None:
        obtain[name](lambda message: steps(name, message, False))
        steps(name, "here", True)

    with ThreadPoolExecutor(len(obtain)) as pool:
        try:
            list(pool.map(one, obtain))
        except BaseException:
            tools.interrupt()
            raise


if __name__ == "__main__":
    try:
        with Steps(Console(stderr=True)) as steps:
            fetch(steps)
    except StackError as error:
        sys.exit(f"tests: {error}")
