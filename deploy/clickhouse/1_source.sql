-- The topic of all balls as a table that can be read once: whoever reads it moves the group on, so only the
-- materialized views of 2_tables.sql do. Headers are those of a CloudEvent in binary mode (docs/events.md); the value
-- is kept as it came, for each view takes from it what it needs.
CREATE TABLE IF NOT EXISTS ball_events (data String)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = '${KAFKA_BOOTSTRAP}',
    kafka_topic_list = 'ssl.scoring.ball-events',
    kafka_group_name = 'clickhouse',
    kafka_format = 'RawBLOB',
    kafka_num_consumers = 1,
    kafka_thread_per_consumer = 0,
    kafka_flush_interval_ms = 1000;
