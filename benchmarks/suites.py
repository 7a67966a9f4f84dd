"""Every suite, in the order in which ``make bench`` runs them."""

from benchmarks.engine import ENGINE
from benchmarks.fixtures import FIXTURES, TTP
from benchmarks.freshness import FRESHNESS
from benchmarks.pipeline import PROJECTOR, REBUILD, RELAY
from benchmarks.scoring import APPEND, SCORING
from benchmarks.temporal_update import TEMPORAL_UPDATE

SUITES = {
    suite.name: suite
    for suite in (
        ENGINE,
        APPEND,
        SCORING,
        TEMPORAL_UPDATE,
        RELAY,
        PROJECTOR,
        REBUILD,
        FRESHNESS,
        FIXTURES,
        TTP,
    )
}
