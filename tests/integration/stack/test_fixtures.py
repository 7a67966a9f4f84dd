"""The fixtures that other tests stand on."""

import os
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from stack.stack import Addresses, Stack
from tests.conftest import STARTUP


async def test_a_database_is_fresh(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        assert await connection.fetchval("SELECT current_setting('fsync')") == "on"
        await connection.execute("CREATE TABLE only_here ()")
    finally:
        await connection.close()


async def test_the_next_database_is_fresh_again(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        assert await connection.fetchval("SELECT to_regclass('only_here')") is None
    finally:
        await connection.close()


async def test_kafka_gives_back_what_it_was_given(kafka_bootstrap: str, unique_name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(unique_name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, enable_idempotence=True) as producer:
        await producer.send_and_wait(unique_name, b"a ball")
    consumer = AIOKafkaConsumer(
        unique_name, bootstrap_servers=kafka_bootstrap, group_id=unique_name, auto_offset_reset="earliest"
    )
    async with consumer:
        assert (await consumer.getone()).value == b"a ball"


async def test_temporal_answers_clients(temporal_client_address: str) -> None:
    client = await Client.connect(temporal_client_address)
    assert await client.service_client.check_health()


async def test_the_time_skipping_server_starts(temporal_test_server: str) -> None:
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_test_server, test_server_startup_timeout=STARTUP
    ) as environment:
        assert environment.supports_time_skipping


def test_every_server_has_an_address(servers: Addresses) -> None:
    assert servers.postgres_dsn
    assert servers.kafka_bootstrap
    assert servers.temporal_address
    assert servers.redis_url


def test_the_idle_servers_need_less_than_two_gigabytes(servers: Addresses) -> None:
    statuses = Stack(Path(os.environ["PAVILION_TEST_ROOT"])).status()
    assert {"postgres", "kafka", "temporal", "redis"} <= {status.name for status in statuses}
    assert 100 < sum(status.memory_mb or 0 for status in statuses) < 2_000
