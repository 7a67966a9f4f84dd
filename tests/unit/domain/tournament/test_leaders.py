"""Batting and bowling aggregates, counted as records are kept."""

from fractions import Fraction

from domain.match.events import Result
from domain.tournament.leaders import BattingRecord, BowlingRecord, leaders
from domain.tournament.match_summary import BattingLine, BowlingLine, InningsSummary, MatchSummary


def batter(
    name: str, runs: int, balls: int = 10, *, out: bool = True, fours: int = 0, sixes: int = 0
) -> BattingLine:
    return BattingLine(player=name, name=name, runs=runs, balls=balls, fours=fours, sixes=sixes, out=out)


def bowler(
    name: str, balls: int, runs: int, wickets: int, *, maidens: int = 0, dots: int | None = 0
) -> BowlingLine:
    return BowlingLine(
        player=name, name=name, balls=balls, maidens=maidens, runs=runs, wickets=wickets, dots=dots
    )


def played(
    *lines: BattingLine | BowlingLine, super_over: bool = False, others: tuple[str, ...] = ()
) -> MatchSummary:
    """One innings of A against B with these lines."""
    batters = tuple(line for line in lines if isinstance(line, BattingLine))
    bowlers = tuple(line for line in lines if isinstance(line, BowlingLine))
    innings = InningsSummary(
        batting="A",
        bowling="B",
        runs=0,
        wickets=0,
        balls=0,
        quota=120,
        super_over=super_over,
        batters=batters,
        bowlers=bowlers,
    )
    line_ups = {"A": (*(b.player for b in batters), *others), "B": tuple(b.player for b in bowlers)}
    return MatchSummary(
        id="m", teams=("A", "B"), result=Result(outcome="no result"), innings=(innings,), line_ups=line_ups
    )


def batting(*matches: MatchSummary) -> BattingRecord:
    return leaders(matches).batting[0]


def bowling(*matches: MatchSummary) -> BowlingRecord:
    return leaders(matches).bowling[0]


def test_runs_balls_and_boundaries_add_up() -> None:
    record = batting(
        played(batter("Kohli", 50, 30, fours=4, sixes=2)), played(batter("Kohli", 7, 9, fours=1))
    )
    assert (record.innings, record.runs, record.balls, record.fours, record.sixes) == (2, 57, 39, 5, 2)


def test_the_average_is_of_completed_innings() -> None:
    record = batting(played(batter("Dhoni", 60)), played(batter("Dhoni", 40, out=False)))
    assert (record.not_outs, record.average) == (1, 100)


def test_never_out_there_is_no_average() -> None:
    assert batting(played(batter("Dhoni", 40, out=False))).average is None


def test_the_strike_rate_is_runs_per_hundred_balls() -> None:
    assert batting(played(batter("Kohli", 973, 640))).strike_rate == Fraction(97300, 640)


def test_without_a_ball_faced_there_is_an_innings_but_no_strike_rate() -> None:
    record = batting(played(batter("Bumrah", 0, 0)))
    assert (record.innings, record.strike_rate) == (1, None)


def test_a_hundred_is_no_fifty() -> None:
    record = batting(*(played(batter("Gill", runs)) for runs in (49, 50, 99, 100, 129)))
    assert (record.fifties, record.hundreds) == (2, 2)


def test_the_highest_score_not_out_stands_above_the_same_score_out() -> None:
    record = batting(played(batter("Gill", 80, out=False)), played(batter("Gill", 80)))
    assert (record.highest, record.highest_not_out) == (80, True)


def test_a_match_without_batting_is_a_match_all_the_same() -> None:
    record = batting(played(batter("Chahal", 1)), played(others=("Chahal",)))
    assert (record.matches, record.innings) == (2, 1)


def test_super_overs_stand_apart() -> None:
    tied = leaders([played(batter("Gayle", 20), bowler("Archer", 6, 20, 1), super_over=True)])
    assert (tied.batting, tied.bowling) == ([], [])


def test_bowling_adds_up() -> None:
    record = bowling(
        played(bowler("Narine", 24, 16, 2, maidens=1, dots=14)), played(bowler("Narine", 22, 30, 1, dots=8))
    )
    assert (record.balls, record.maidens, record.runs, record.wickets, record.dots) == (46, 1, 46, 3, 22)


def test_average_economy_and_strike_rate_of_a_bowler() -> None:
    record = bowling(played(bowler("Narine", 24, 16, 2)))
    assert (record.average, record.economy, record.strike_rate) == (8, 4, 12)


def test_without_a_wicket_there_is_no_average() -> None:
    record = bowling(played(bowler("Narine", 24, 16, 0)))
    assert (record.average, record.strike_rate) == (None, None)


def test_best_figures_are_most_wickets_then_fewest_runs() -> None:
    record = bowling(
        *(played(bowler("Wood", 24, runs, wickets)) for runs, wickets in ((14, 4), (30, 5), (22, 5)))
    )
    assert record.best == (5, 22)


def test_five_wickets_are_not_four() -> None:
    record = bowling(*(played(bowler("Wood", 24, 20, wickets)) for wickets in (3, 4, 5, 6)))
    assert (record.four_wickets, record.five_wickets) == (1, 2)


def test_dots_are_unknown_when_one_innings_does_not_tell() -> None:
    record = bowling(played(bowler("Wood", 24, 20, 1, dots=9)), played(bowler("Wood", 24, 20, 1, dots=None)))
    assert record.dots is None


def test_of_batters_level_on_runs_the_quicker_stands_first() -> None:
    listed = leaders([played(batter("Slow", 40, 40), batter("Quick", 40, 20), batter("Best", 41, 60))])
    assert [record.name for record in listed.batting] == ["Best", "Quick", "Slow"]


def test_of_bowlers_level_on_wickets_the_more_economical_stands_first() -> None:
    listed = leaders([played(bowler("Dear", 24, 40, 2), bowler("Cheap", 24, 20, 2), bowler("None", 0, 0, 0))])
    assert [record.name for record in listed.bowling] == ["Cheap", "Dear", "None"]
