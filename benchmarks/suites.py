"""Every suite, in the order in which ``make bench`` runs them."""

from benchmarks.analytics import COPY as ANALYTICS_COPY
from benchmarks.analytics import LEADERBOARD
from benchmarks.analytics import PATH as KAFKA_PATH
from benchmarks.deliveries import WEBHOOK_DELIVERIES
from benchmarks.engine import ENGINE
from benchmarks.entry_saga import ENTRY_SAGA
from benchmarks.fixtures import FIXTURES, TTP
from benchmarks.freshness import FRESHNESS
from benchmarks.gateway import GATEWAY, QUOTA
from benchmarks.grpc_validate import GRPC_VALIDATE
from benchmarks.ledger import LEDGER
from benchmarks.live import LIVE, LIVE_CLIENTS
from benchmarks.live_sessions import LIVE_SESSIONS
from benchmarks.pipeline import PROJECTOR, REBUILD, RELAY
from benchmarks.scoring import APPEND, SCORING
from benchmarks.season import SEASON_REPLAY
from benchmarks.temporal_update import TEMPORAL_UPDATE
from benchmarks.tournament_start import TOURNAMENT_START
from benchmarks.webhooks import WEBHOOKS

_IN_ORDER = (
    *(ENGINE, APPEND, SCORING, TEMPORAL_UPDATE, RELAY, PROJECTOR, REBUILD, FRESHNESS, LIVE, LIVE_CLIENTS),
    *(
        TOURNAMENT_START,
        LIVE_SESSIONS,
        SEASON_REPLAY,
        FIXTURES,
        TTP,
        LEDGER,
        WEBHOOKS,
        WEBHOOK_DELIVERIES,
        ENTRY_SAGA,
        GRPC_VALIDATE,
    ),
    *(GATEWAY, QUOTA, ANALYTICS_COPY, LEADERBOARD, KAFKA_PATH),
)
SUITES = {suite.name: suite for suite in _IN_ORDER}
