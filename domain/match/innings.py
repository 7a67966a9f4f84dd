"""Beginning an innings, its length, its target, and penalty runs off no ball."""

from domain.match import dls
from domain.match.events import InningsForfeited, InningsStarted, TargetRevised
from domain.match.state import Innings, MatchState, PowerplaySpan, Stoppage, Target
from domain.match.tally import main_innings


def opponent(state: MatchState, team: str) -> str:
    """The other side."""
    first, second = state.sides
    return second if team == first else first


def length_in_balls(state: MatchState, overs: int, balls: int = 0) -> int:
    return overs * state.rules.balls_per_over + balls


def planned_length(state: MatchState, number: int, super_over: bool) -> int | None:
    """Balls an innings may last when it begins: as reduced, else as long as the first, else the full overs."""
    rules = state.rules
    if super_over:
        return length_in_balls(state, rules.super_over_overs)
    if number in state.reduced:
        return state.reduced[number]
    if rules.overs_per_innings is None:
        return None
    full = length_in_balls(state, rules.overs_per_innings)
    before = state.innings[0].length if state.innings and number > 1 else None
    return full if before is None else min(full, before)


def wickets_limit(state: MatchState, team: str, super_over: bool) -> int:
    """Wickets that end an innings: one less than the batters there are, unless the last one bats on alone."""
    rules = state.rules
    batters = min(len(state.sides[team].players), rules.players_per_side)
    limit = batters if rules.last_batter_stands else batters - 1
    return min(limit, rules.super_over_wickets) if super_over else limit


def begin_innings(state: MatchState, event: InningsStarted | InningsForfeited) -> Innings:
    forfeited = isinstance(event, InningsForfeited)
    super_over = not forfeited and event.super_over
    length = planned_length(state, event.innings, super_over)
    innings = Innings(
        number=event.innings,
        batting=event.batting,
        bowling=event.bowling,
        balls_per_over=state.rules.balls_per_over,
        super_over=super_over,
        follow_on=not forfeited and event.follow_on,
        forfeited=forfeited,
        length=length,
        full_length=length,
        wickets_limit=wickets_limit(state, event.batting, super_over),
    )
    state.innings.append(innings)
    if not super_over:
        innings.powerplays = planned_powerplays(state, innings)
    for team, runs in [entry for entry in state.pending_penalties if entry[0] == event.batting]:
        state.pending_penalties.remove((team, runs))
        add_penalty_runs(innings, runs)
    refresh_target(state)
    return innings


def planned_powerplays(state: MatchState, innings: Innings) -> list[PowerplaySpan]:
    """The spans of the playing conditions, for an innings of full length; a shortened one is set by hand."""
    rules = state.rules
    if rules.overs_per_innings is None or innings.length != rules.overs_per_innings * rules.balls_per_over:
        return []
    return [
        PowerplaySpan(p.kind, (p.first_over - 1, 1), (p.last_over - 1, rules.balls_per_over))
        for p in rules.powerplays
    ]


def add_penalty_runs(innings: Innings, runs: int) -> None:
    """Penalty runs in no delivery: before the first ball, or after."""
    innings.runs += runs
    innings.penalty += runs
    if innings.balls:
        innings.penalty_after += runs
    else:
        innings.penalty_before += runs


def set_length(state: MatchState, number: int, balls: int) -> None:
    """Shorten (or restore) an innings; in mid-innings the balls lost are noted for D/L."""
    if number > len(state.innings):
        state.reduced[number] = balls
        return
    innings = state.innings[number - 1]
    before = innings.balls_left
    innings.length = balls
    if before is not None and (after := innings.balls_left) is not None and before != after:
        innings.stoppages.append(Stoppage(before, after, innings.wickets))


def revise_target(state: MatchState, event: TargetRevised) -> None:
    if event.overs is not None:
        set_length(state, event.innings, length_in_balls(state, event.overs, event.balls))
    runs = computed_target(state) if event.computed else event.runs
    state.target_awaited = event.method if runs is None else None
    if runs is not None:
        state.revised_targets[event.innings] = Target(runs, event.method)
    refresh_target(state)


def computed_target(state: MatchState) -> int:
    """The target by D/L Standard Edition from the lengths and stoppages so far."""
    return dls.revised_target(
        state.innings[0], second_innings(state), state.rules.balls_per_over, state.rules.g50
    )


def second_innings(state: MatchState) -> Innings:
    """The second innings, or what it will begin as."""
    if len(state.innings) > 1:
        return state.innings[1]
    first = state.innings[0]
    length = planned_length(state, 2, super_over=False)
    return Innings(2, first.bowling, first.batting, first.balls_per_over, length=length, full_length=length)


def refresh_target(state: MatchState) -> None:
    """The target of the latest innings, if it is the last of its side's match or Super Over."""
    innings = state.innings[-1] if state.innings else None
    if innings is None:
        return
    if innings.super_over:
        rounds = [other for other in state.innings if other.super_over]
        if len(rounds) % 2 == 0:
            innings.target = Target(rounds[-2].runs + 1)
        return
    main = main_innings(state)
    if len(main) != 2 * state.rules.innings_per_side:
        return
    if state.target_awaited is not None:
        innings.target = None
        return
    revised = state.revised_targets.get(innings.number)
    if revised is not None:
        innings.target = revised
        return
    against = sum(other.runs for other in main if other.batting != innings.batting)
    before = sum(other.runs for other in main[:-1] if other.batting == innings.batting)
    innings.target = Target(against - before + 1)
