"""What a match in play would count for in the tables if it ended at this ball."""

from dataclasses import replace

from domain.match.events import MatchEnded
from domain.match.result import find_result
from domain.match.state import MatchState
from domain.tournament.match_summary import MatchSummary
from projections.summary import NameOf, summarise_match, team_id


def as_it_stands(state: MatchState, match_id: str, team_key: NameOf = team_id) -> MatchSummary | None:
    """The summary of ``state`` as if it were called off now; that of its result once there is one.

    None where that would be no result or a draw: before the first ball of the reply, before the minimum
    overs, and where no par can be worked out.
    """
    if state.result is not None:
        return summarise_match(state, match_id, team_key)
    if not state.innings:
        return None
    called_off = replace(state, ended=MatchEnded(reason="as it stands"))
    result = find_result(called_off)
    if result is None or result.outcome in ("no result", "draw"):
        return None
    return summarise_match(replace(called_off, result=result), match_id, team_key)
