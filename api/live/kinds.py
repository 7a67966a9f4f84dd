"""How what is listened to is told: JSON of ``projections.live``, written as server-sent events by FastAPI's own
encoder."""

import msgspec
from fastapi.sse import format_sse_event

from contracts import codec
from domain.match import evolve as evolve_match
from domain.match import initial as initial_match
from domain.match.state import MatchState
from domain.tournament.lifecycle.evolve import evolve as evolve_tournament
from domain.tournament.lifecycle.evolve import initial as initial_tournament
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import MatchNotFound, TournamentNotFound
from handlers.live.ports import LiveKind
from projections import live

_encode = msgspec.json.Encoder(enc_hook=str).encode


def write_event(*, event: str, id: str, data: bytes) -> bytes:
    """One server-sent event. JSON has no line breaks, so its data is one line."""
    return format_sse_event(event=event, id=id, data_str=data.decode())


MATCH: LiveKind[MatchState] = LiveKind(
    stream="match",
    initial=initial_match,
    evolve=evolve_match,
    decode=codec.decode,
    tell=lambda id_, state, event, heard: _encode(
        live.match_event(id_, state, event, heard.version, heard.type, heard.data, heard.recorded_at)
    ),
    snapshot=lambda id_, state: _encode(live.match_snapshot(id_, state)),
    ending=lambda id_, state: _encode(live.match_ending(id_, state)),
    over=lambda state: state.result is not None,
    not_found=MatchNotFound,
)

TOURNAMENT: LiveKind[TournamentState] = LiveKind(
    stream="tournament",
    initial=initial_tournament,
    evolve=evolve_tournament,
    decode=codec.TOURNAMENT_EVENTS.decode,
    tell=lambda id_, state, event, heard: _encode(
        live.tournament_event(id_, state, event, heard.version, heard.type, heard.recorded_at)
    ),
    snapshot=lambda id_, state: _encode(live.tournament_snapshot(id_, state)),
    ending=lambda id_, state: _encode(live.tournament_ending(id_, state)),
    over=lambda state: state.finished,
    not_found=TournamentNotFound,
    within=live.matches_in_play,
    known=live.every_match,
)
