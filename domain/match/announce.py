"""What has to be announced: where the derived state differs from what was announced before."""

from domain.match import events as e
from domain.match.state import Innings, MatchState


def announcements(state: MatchState) -> list[e.Announcement]:
    """Events that bring the announcements up to the state; none if nothing new followed."""
    found: list[e.Announcement] = []
    for innings in state.innings:
        said = state.announced_closed.get(innings.number)
        if innings.closed is None:
            if said is not None:
                found.append(e.InningsReopened(innings=innings.number))
        elif (now := closed(innings)) != said:
            found.append(now)
    gone = [number for number in state.announced_closed if number > len(state.innings)]
    found.extend(e.InningsReopened(innings=number) for number in gone)
    if state.result is None:
        if state.announced_result is not None:
            found.append(e.ResultWithdrawn())
    elif state.result != state.announced_result:
        found.append(e.ResultReached(result=state.result, revised=state.announced_result is not None))
    return found


def closed(innings: Innings) -> e.InningsClosed:
    return e.InningsClosed(
        innings=innings.number,
        reason=innings.closed or "",
        runs=innings.runs,
        wickets=innings.wickets,
        overs=innings.overs_text,
    )
