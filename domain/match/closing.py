"""When an innings is over (Law 13.3, Law 15 and the playing conditions on limited overs)."""

from domain.match.delivery import Delivery
from domain.match.state import Innings, MatchState
from domain.match.wicket import may_bat

ALL_OUT = "all out"
OVERS_COMPLETE = "overs complete"
TARGET_REACHED = "target reached"
DECLARED = "declared"
FORFEITED = "forfeited"
BY_THE_LAWS = frozenset({ALL_OUT, OVERS_COMPLETE, TARGET_REACHED, DECLARED, FORFEITED})


def is_complete(innings: Innings) -> bool:
    """Closed by the Laws or by an ``EndInnings``, not merely cut off by the end of the match."""
    return innings.closed in BY_THE_LAWS or (innings.closed is not None and innings.ended is not None)


def batters_to_come(state: MatchState, innings: Innings) -> list[str]:
    """Those who may still come in, or come back, in line-up order."""
    return [
        player
        for player in state.sides[innings.batting].players
        if player not in (innings.striker, innings.non_striker) and may_bat(innings, player)
    ]


def is_all_out(state: MatchState, innings: Innings) -> bool:
    if innings.wickets >= innings.wickets_limit:
        return True
    if innings.striker is not None and innings.non_striker is not None:
        return False
    if not innings.batters:
        return False
    empty = (innings.striker is None) + (innings.non_striker is None)
    needed = empty - 1 if state.rules.last_batter_stands else empty
    return len(batters_to_come(state, innings)) < needed


def closing_reason(state: MatchState, innings: Innings) -> str | None:
    """Why the innings is over; None while it goes on."""
    if innings.forfeited:
        return FORFEITED
    if innings.declared:
        return DECLARED
    if innings.target is not None and innings.runs >= innings.target.runs:
        return TARGET_REACHED
    if is_all_out(state, innings):
        return ALL_OUT
    if innings.length is not None and innings.progress >= innings.length:
        return OVERS_COMPLETE
    return innings.ended


def update_innings(state: MatchState) -> None:
    """Derive for the latest innings whether it is over."""
    if state.innings:
        innings = state.innings[-1]
        innings.closed = closing_reason(state, innings)
        if innings.closed is None and state.ended is not None:
            innings.closed = state.ended.reason


def may_close(state: MatchState, innings: Innings, delivery: Delivery) -> bool:
    """Could this ball end the innings? A quick look that never says no when the answer is yes."""
    if innings.closed is not None:
        return True
    if innings.target is not None and innings.runs + delivery.runs >= innings.target.runs:
        return True
    if innings.length is not None and innings.progress + 1 >= innings.length:
        return True
    if not delivery.wickets:
        return False
    if innings.wickets + len(delivery.wickets) >= innings.wickets_limit:
        return True
    return len(batters_to_come(state, innings)) <= len(delivery.wickets)
