"""Real servers for the tests that need them.

A test run has servers of its own under a temporary folder, shared by all xdist workers. Each is started when
the first test asks for it, and all of them end with the run: the process that began it owns them, so they go
even if it is killed. What keeps tests apart is a fresh database and a fresh name for each test.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from adapters.postgres.migrate import upgrade_now
from stack.servers.postgres import sql
from stack.servers.temporal import temporal_test_server as obtain_temporal_test_server
from stack.stack import Addresses, Stack

pytest_plugins = ["tests.no_skips", "tests.tried_again", "tests.timed_teardown", "tests.older_toss"]

ROOT, OWNER = "PAVILION_TEST_ROOT", "PAVILION_TEST_OWNER"
SERVER_FIXTURES = {"servers", "postgres_server", "kafka_bootstrap", "temporal_client_address", "redis_url"}
TEMPLATE = "pavilion_template"
STARTUP = timedelta(minutes=2)
"""What a server that a test starts for itself is given: on a busy machine its usual second can become many."""

# No example fails for being slow: a busy machine is not a broken rule.
settings.register_profile("pavilion", deadline=None)
settings.load_profile("pavilion")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of this run's servers; xdist's workers inherit it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[ROOT] = tempfile.mkdtemp(prefix="pavilion-test-")
        os.environ[OWNER] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop this run's servers and delete what they kept."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        root = Path(os.environ[ROOT])
        for folder in (root, root / "e2e"):
            Stack(folder, ()).down()
        shutil.rmtree(root, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need servers, so that `-m 'not stack'` leaves them out."""
    for item in items:
        if SERVER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("stack")


def start(*services: str) -> Addresses:
    """The addresses of this run's servers, started if no test needed them before."""
    return Stack(Path(os.environ[ROOT]), services, owner_pid=int(os.environ[OWNER])).up()


@pytest.fixture(scope="session")
def servers() -> Addresses:
    """All servers a whole Pavilion needs."""
    return start("postgres", "kafka", "temporal", "redis")


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of the Postgres server; its database is nobody's. Most tests want `postgres_dsn`."""
    return start("postgres").postgres_dsn or ""


@pytest.fixture(scope="session")
def kafka_bootstrap() -> str:
    """host:port of Kafka. Topics are shared by all tests: put `unique_name` in their names."""
    return start("kafka").kafka_bootstrap or ""


@pytest.fixture(scope="session")
def temporal_client_address() -> str:
    """host:port of Temporal. Put `unique_name` in task queues and workflow ids."""
    return start("temporal").temporal_address or ""


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of Redis. Put `unique_name` in keys."""
    return start("redis").redis_url or ""


@pytest.fixture(scope="session")
def temporal_test_server() -> str:
    """What `WorkflowEnvironment.start_time_skipping` takes as `test_server_existing_path`."""
    return str(obtain_temporal_test_server(lambda _: None))


@pytest.fixture
def unique_name() -> str:
    """A name no other test has: lower-case letters and digits."""
    return a_name()


def a_name() -> str:
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def migrate() -> Callable[[str], None]:
    """Brings the empty database at a DSN to the present schema."""
    return upgrade_now


@pytest.fixture(scope="session")
def template_database(postgres_server: str, migrate: Callable[[str], None]) -> str:
    """The name of a database with the present schema and no rows, made once a run and copied for each test."""
    with FileLock(Path(os.environ[ROOT], "template.lock")):
        if TEMPLATE not in sql(postgres_server, "SELECT datname FROM pg_database"):
            draft = f"{TEMPLATE}_draft"
            sql(postgres_server, f"CREATE DATABASE {draft}")
            migrate(with_database(postgres_server, draft))
            sql(postgres_server, f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}")
    return TEMPLATE


@pytest.fixture
def postgres_dsn(postgres_server: str, template_database: str, unique_name: str) -> Iterator[str]:
    """The address of a database of this test's own, with the present schema and no rows."""
    with fresh_database(postgres_server, template_database, unique_name) as dsn:
        yield dsn


@contextmanager
def fresh_database(server: str, template: str, name: str) -> Iterator[str]:
    """The address of a copy of the template, which is dropped afterwards."""
    sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield with_database(server, name)
    finally:
        sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def with_database(dsn: str, database: str) -> str:
    """The same server and user, another database."""
    return f"{dsn.rsplit('/', 1)[0]}/{database}"
