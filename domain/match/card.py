"""Making the scorecard of a match from its state; what is on it stands in ``card_lines``."""

from decimal import Decimal

from domain.match import dls, figures, outcome, series, spells
from domain.match import events as e
from domain.match.card_lines import (
    Absence,
    BattingLine,
    BowlingLine,
    BowlOutLine,
    Card,
    Chase,
    Contribution,
    Extras,
    FallOfWicket,
    InningsCard,
    PartnershipLine,
    Projection,
)
from domain.match.conditions import PlayingConditions
from domain.match.minutes import Clock
from domain.match.names import Names, how_out
from domain.match.state import Batter, Innings, MatchState, Partnership
from domain.match.tally import main_innings, super_overs
from domain.match.wicket import BOWLERS_WICKETS, NOT_A_WICKET

__all__ = ["Card", "InningsCard", "innings_card", "scorecard"]

RECENT_BALLS = 12


def scorecard(state: MatchState) -> Card:
    """The card of a match as it stands; the match must have been created."""
    names, clock = Names(state), Clock(state)
    created = state.created if isinstance(state.created, e.MatchCreated) else None
    return Card(
        version=state.version,
        conditions=state.rules.name,
        teams=tuple(side.team for side in state.sides.values()),
        tournament=created and created.tournament,
        stage=created and created.stage,
        group=created and created.group,
        match_number=created and created.match_number,
        venue=created and created.venue,
        city=created and created.city,
        season=created and created.season,
        starts_at=created and created.starts_at,
        toss=outcome.toss_line(state, names),
        innings=tuple(innings_card(state, innings, names, clock) for innings in state.innings),
        bowl_out=tuple(
            BowlOutLine(team=names.team(team), bowler=names.player(bowler), hit=hit)
            for team, bowler, hit in state.bowl_out
        ),
        interrupted=state.interrupted,
        status=outcome.status(state, names),
        result=state.result,
        result_line=outcome.result_line(state, names),
    )


def innings_card(state: MatchState, innings: Innings, names: Names, clock: Clock) -> InningsCard:
    rules, over = state.rules, innings.balls_per_over
    to_come = tuple(names.player(player) for player in _not_batted(state, innings))
    two_innings = rules.innings_per_side > 1 and not innings.super_over
    return InningsCard(
        number=innings.number,
        title=_title(state, innings, names),
        batting_team=names.team(innings.batting),
        bowling_team=names.team(innings.bowling),
        super_over=innings.super_over,
        follow_on=innings.follow_on,
        runs=innings.runs,
        wickets=innings.wickets,
        overs=innings.overs_text,
        balls=innings.legal_balls,
        limit=None if innings.length is None else figures.overs(0, innings.length, over),
        score=outcome.score(innings),
        all_out=innings.closed == "all out",
        declared=innings.declared,
        forfeited=innings.forfeited,
        closed=innings.closed,
        run_rate=figures.rate(innings.runs, innings.progress, over),
        lead=outcome.lead(state, innings) if two_innings else None,
        batting=tuple(_batting_line(state, innings, line, names, clock) for line in innings.batters.values()),
        absent=tuple(
            Absence(player=names.player(player), reason=reason) for player, reason in innings.absent.items()
        ),
        did_not_bat=to_come if innings.closed else (),
        yet_to_bat=() if innings.closed else to_come,
        extras=Extras(
            byes=innings.byes,
            leg_byes=innings.leg_byes,
            wides=innings.wides,
            no_balls=innings.no_balls,
            penalty=innings.penalty,
        ),
        bowling=_bowling(innings, names, rules),
        fall_of_wickets=tuple(
            FallOfWicket(
                wicket=fall.wicket,
                runs=fall.runs,
                player=names.player(fall.player),
                over=f"{fall.over}.{fall.ball}",
            )
            for fall in innings.falls
        ),
        partnerships=tuple(_partnership(line, names, over) for line in innings.partnerships),
        overs_bowled=tuple(series.over_by_over(innings, rules)),
        powerplays=tuple(series.powerplay_split(innings, rules)),
        last_five_overs=series.last_overs(innings) if innings.progress >= 5 * over else None,
        chase=_chase(state, innings),
        projections=_projections(innings),
        recent=tuple(series.ball_label(ball.delivery, rules) for ball in innings.balls[-RECENT_BALLS:]),
    )


def _title(state: MatchState, innings: Innings, names: Names) -> str:
    """ "India innings", "India 2nd innings (following on)", "India Super Over"."""
    team = names.team(innings.batting).name
    if innings.super_over:
        rounds = super_overs(state)
        which = rounds.index(innings) // 2 + 1
        return f"{team} Super Over" + (f" {which}" if len(rounds) > 2 else "")
    if state.rules.innings_per_side == 1:
        return f"{team} innings"
    earlier = [one for one in main_innings(state) if one.batting == innings.batting]
    ordinal = "1st" if earlier[0].number == innings.number else "2nd"
    return f"{team} {ordinal} innings" + (" (following on)" if innings.follow_on else "")


def _batting_line(
    state: MatchState, innings: Innings, line: Batter, names: Names, clock: Clock
) -> BattingLine:
    side, keeper = state.sides[innings.batting], state.sides[innings.bowling].wicket_keeper
    kind = line.out.kind if line.out else None
    credited = line.bowler is not None and kind in BOWLERS_WICKETS
    at_crease = innings.closed is None and line.player in (innings.striker, innings.non_striker)
    return BattingLine(
        player=names.player(line.player),
        captain=line.player == side.captain,
        wicket_keeper=line.player == side.wicket_keeper,
        how_out=how_out(line, names, keeper),
        dismissal=kind.value if kind else None,
        not_out=kind is None or kind in NOT_A_WICKET,
        bowler=names.player(line.bowler) if credited and line.bowler else None,
        fielders=tuple(names.fielder(fielder) for fielder in line.out.fielders) if line.out else (),
        runs=line.runs,
        balls=line.balls,
        fours=line.fours,
        sixes=line.sixes,
        strike_rate=figures.rate(line.runs, line.balls, 100),
        minutes=clock.minutes(innings, line),
        at_crease=at_crease,
        on_strike=at_crease and line.player == innings.striker,
    )


def _bowling(innings: Innings, names: Names, rules: PlayingConditions) -> tuple[BowlingLine, ...]:
    over, by_bowler = innings.balls_per_over, spells.spells(innings, rules)
    return tuple(
        BowlingLine(
            player=names.player(line.player),
            overs=figures.overs(line.whole_overs, line.loose_balls, over),
            balls=line.balls,
            maidens=line.maidens,
            runs=line.runs,
            wickets=line.wickets,
            economy=figures.rate(line.runs, line.whole_overs * over + line.loose_balls, over),
            dots=line.dots,
            fours=line.fours,
            sixes=line.sixes,
            wides=line.wides,
            no_balls=line.no_balls,
            spells=tuple(by_bowler.get(line.player, ())),
        )
        for line in innings.bowlers.values()
    )


def _partnership(line: Partnership, names: Names, balls_per_over: int) -> PartnershipLine:
    return PartnershipLine(
        wicket=line.wicket,
        runs=line.runs,
        balls=line.balls,
        run_rate=figures.rate(line.runs, line.balls, balls_per_over),
        contributions=tuple(
            Contribution(player=names.player(player), runs=runs, balls=balls)
            for player, (runs, balls) in line.contributions.items()
        ),
        unbroken=line.unbroken,
    )


def _not_batted(state: MatchState, innings: Innings) -> list[str]:
    """Those of the side as it was in this innings who have not come in, in line-up order."""
    return [
        player
        for player in _side_in(state, innings)
        if player not in innings.batters and player not in innings.absent
    ]


def _side_in(state: MatchState, innings: Innings) -> list[str]:
    """The batting side at the last ball of the innings: who replaced another later was not in it yet."""
    side = state.sides[innings.batting]
    if not side.replaced or not innings.balls or innings is state.innings[-1]:
        return side.players
    players: list[str] = []
    for version, fact in state.facts:
        if isinstance(fact, e.LineUpNamed) and fact.team == innings.batting:
            players = [player.id for player in fact.players]
        elif isinstance(fact, e.PlayerReplaced) and fact.team == innings.batting:
            players[players.index(fact.player_out)] = fact.player_in
        elif version == innings.balls[-1].version:
            break
    return players


def _chase(state: MatchState, innings: Innings) -> Chase | None:
    if innings.target is None:
        return None
    needed = max(0, innings.target.runs - innings.runs)
    left = innings.balls_left
    return Chase(
        target=innings.target.runs,
        method=innings.target.method,
        runs_needed=needed,
        balls_left=left,
        wickets_left=innings.wickets_limit - innings.wickets,
        required_run_rate=None if left is None else figures.rate(needed, left, innings.balls_per_over),
        par=_par(state, innings),
    )


def _par(state: MatchState, innings: Innings) -> int | None:
    """D/L par of a chase in progress, unless another method set its target."""
    first, rules = state.innings[0], state.rules
    by_the_book = innings.target is not None and innings.target.method in (None, dls.METHOD)
    if rules.rain_rule != dls.METHOD or innings.super_over or innings.closed is not None or not by_the_book:
        return None
    lengths = (first.full_length, innings.full_length)
    if any(length is None or not dls.covers(length, innings.balls_per_over) for length in lengths):
        return None
    return dls.par(first, innings, rules.balls_per_over, rules.g50)


def _projections(innings: Innings) -> tuple[Projection, ...]:
    """The first innings of limited overs at its present rate, one run an over slower, one and two faster."""
    rate = figures.rate(innings.runs, innings.progress, innings.balls_per_over)
    left = innings.balls_left
    if innings.number > 1 or innings.closed is not None or rate is None or left is None:
        return ()
    over = innings.balls_per_over
    at_present = innings.runs + innings.runs * left // innings.progress
    return (
        Projection(run_rate=rate, total=at_present),
        *(
            Projection(run_rate=rate + more, total=int(innings.runs + (rate + more) * left / over))
            for more in (Decimal(-1), Decimal(1), Decimal(2))
            if rate + more > 0
        ),
    )
