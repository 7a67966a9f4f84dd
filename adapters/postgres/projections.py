"""All read models that are folded from events, by the name of their projection."""

from adapters.postgres.analytics_projection import ANALYTICS_MODEL
from adapters.postgres.match_projection import MATCH_MODEL
from adapters.postgres.payment_tables import PAYMENT_MODEL
from adapters.postgres.payout_tables import PAYOUT_MODEL
from adapters.postgres.read_model import ReadModel
from adapters.postgres.tournament_tables import TOURNAMENT_MODEL

READ_MODELS: dict[str, ReadModel] = {
    model.projection: model
    for model in (MATCH_MODEL, TOURNAMENT_MODEL, PAYMENT_MODEL, PAYOUT_MODEL, ANALYTICS_MODEL)
}
PROJECTED = tuple(model for model in READ_MODELS.values() if model is not ANALYTICS_MODEL)
"""Those that the projector keeps; analytics has a process of its own."""
