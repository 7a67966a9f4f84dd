"""ClickHouse in the process of the tests: one engine, a database for each module, a league for each test."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from chdb.session import Session

from tests.conftest import a_name
from tests.integration.clickhouse.engine import COLUMNS, ClickHouse

PLAIN_SOURCE = (f"CREATE TABLE ball_events ({COLUMNS}) ENGINE = Null",)
"""In the place of Kafka: a table of the same columns, from which the views take what is inserted."""


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The engine; a process has only one."""
    session = Session(str(tmp_path_factory.mktemp("clickhouse")))
    yield session
    session.close()


@pytest.fixture(scope="module")
def clickhouse(engine: Session, tmp_path_factory: pytest.TempPathFactory) -> ClickHouse:
    """A database for all tests of a module."""
    clickhouse = ClickHouse(engine, a_name(), tmp_path_factory.mktemp("records"))
    clickhouse.create(PLAIN_SOURCE)
    return clickhouse


@pytest.fixture
def tenant() -> UUID:
    """A league of this test's own."""
    return uuid4()
