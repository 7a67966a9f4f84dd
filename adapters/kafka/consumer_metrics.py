"""What operators watch of a consumer."""

from prometheus_client import Counter, Gauge

RECORDS = Counter("pavilion_consumer_records_total", "Records applied", ["consumer"])
DEAD_LETTERS = Counter("pavilion_consumer_dead_letters_total", "Records put aside", ["consumer"])
LAG = Gauge("pavilion_consumer_lag_records", "Records not applied yet", ["consumer", "topic", "partition"])
LAG_SECONDS = Gauge(
    "pavilion_consumer_lag_seconds", "How long the last record applied had waited", ["consumer"]
)
PAUSED = Gauge("pavilion_consumer_paused", "1 while people have it pause", ["consumer"])
REPLAYED = Counter("pavilion_consumer_replayed_total", "Dead letters tried again", ["consumer", "outcome"])
