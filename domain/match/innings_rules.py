"""Who bats next, how much a bowler may bowl, what a side may do with its innings (Laws 13 to 15)."""

from domain.match.state import Innings, MatchState
from domain.match.tally import main_innings, super_overs, total


def overs_allowed(state: MatchState, innings: Innings, bowler: str) -> int | None:
    """Overs one bowler may begin in this innings; None without limit.

    In a shortened innings nobody bowls more than the same share (a fifth, in most formats) of its overs;
    where it does not divide, as few bowlers as needed have one more (playing condition 13.7).
    """
    rules = state.rules
    if rules.overs_per_bowler is None or rules.overs_per_innings is None or innings.super_over:
        return None
    if innings.length is None:
        return rules.overs_per_bowler
    overs = -(-innings.length // rules.balls_per_over)
    if overs >= rules.overs_per_innings:
        return rules.overs_per_bowler
    share = max(1, -(-rules.overs_per_innings // rules.overs_per_bowler))
    base, longer = divmod(overs, share)
    if not longer:
        return base
    others = sum(line.overs_begun > base for line in innings.bowlers.values() if line.player != bowler)
    return base + 1 if others < longer else base


def next_batting(state: MatchState, follow_on: bool, super_over: bool) -> str | None:
    """The side whose innings is next; None before the toss."""
    first, second = state.sides
    other = {first: second, second: first}
    main = main_innings(state)
    if super_over:
        rounds = super_overs(state)
        if len(rounds) % 2:
            return other[rounds[-1].batting]
        return rounds[-1].batting if rounds else (main[-1].batting if main else None)
    if not main:
        if state.toss_winner is None:
            return None
        return state.toss_winner if state.toss_decision == "bat" else other[state.toss_winner]
    if len(main) == 2:
        return main[1].batting if follow_on else main[0].batting
    return other[main[-1].batting]


def follow_on_lead(state: MatchState) -> int:
    """The first side's lead after one innings each."""
    main = main_innings(state)
    return total(main[:1], main[0].batting) - total(main[1:2], main[1].batting)
