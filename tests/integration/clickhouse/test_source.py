"""The table of Kafka's topic, and what of it ClickHouse would refuse. It is read from in `test_kafka`."""

from uuid import UUID, uuid4

import pytest
from chdb import ChdbError
from chdb.session import Session

from contracts.topics import BALL_EVENTS
from tests.conftest import a_name
from tests.integration.clickhouse.engine import ClickHouse, Record, records, statements
from tests.unit.domain.match.game import started


def create(engine: Session, statement: str) -> None:
    database = a_name()
    engine.query(f"CREATE DATABASE {database}")
    engine.query(f"USE {database}")
    engine.query(statement.replace("${KAFKA_BOOTSTRAP}", "127.0.0.1:1"))


def test_it_reads_the_topic_of_all_balls() -> None:
    (source,) = statements("1_source.sql")
    assert f"kafka_topic_list = '{BALL_EVENTS.name}'" in source


def test_its_format_is_one_that_clickhouse_reads(engine: Session) -> None:
    said = engine.query("SELECT is_input FROM system.formats WHERE name = 'RawBLOB'", "TSV")
    assert str(said).strip() == "1"


def test_a_record_that_is_none_of_ours_holds_up_nobody(clickhouse: ClickHouse, tenant: UUID) -> None:
    """Neither one without headers nor one whose headers cannot be read."""
    game = started()
    game.over(1, 2)
    match = uuid4()
    good = list(records(tenant, match, game.events))
    bad = (("ce_type", b"pavilion.match.BallRecorded"), ("tenant-id", b"x"), ("version", b"-"))
    clickhouse.send([Record(b"", b"?", ()), Record(b"", b"{}", bad), *good])
    query = f"SELECT count() AS balls FROM ball WHERE tenant_id = '{tenant}'"  # noqa: S608
    assert int(clickhouse.rows(query)[0]["balls"]) == 6


@pytest.mark.parametrize(
    ("right", "wrong", "refusal"),
    [
        ("kafka_flush_interval_ms", "kafka_flush_interval", "Unknown setting|UNKNOWN_SETTING"),
        ("kafka_format = 'RawBLOB',", "", "kafka_format"),
    ],
)
def test_what_is_wrong_in_it_would_be_told(engine: Session, right: str, wrong: str, refusal: str) -> None:
    (source,) = statements("1_source.sql")
    assert right in source
    with pytest.raises(ChdbError, match=refusal):
        create(engine, source.replace(right, wrong))
