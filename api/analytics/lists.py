"""The lists of analytics: what each takes, and how a row of it is shown."""

from dataclasses import dataclass

from api.analytics import shown
from domain.analytics.phases import PHASES

WORDS = {
    "tournament": "Of this tournament alone: its id.",
    "season": "Of this season alone, as its matches call it.",
    "team": "For this team alone.",
    "opponent": "Against this team alone.",
    "venue": "On this ground alone.",
    "phase": "In this phase of an innings alone.",
    "batter": "By this player alone.",
    "bowler": "Off this player alone.",
    "player": "With this player alone.",
    "side": "`batting`: what the team did with the bat (the default); `bowling`: what was done to it.",
}
"""What may be said as a word, and what it says."""
CHOICES = {"phase": PHASES, "side": ("batting", "bowling")}
NUMBERS = {
    "min_innings": (1, 10_000, "At least so many innings."),
    "min_balls": (0, 1_000_000, "At least so many balls."),
    "wicket": (1, 100, "For this wicket alone."),
}
_WHERE = ("tournament", "season", "team", "opponent", "venue")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresList:
    """``path`` under /v1/analytics; ``rows`` is what they are called in the answer. The first of ``sorts`` is the
    order where none is asked for."""

    operation: str
    table: str
    path: str
    rows: str
    summary: str
    about: str
    show: shown.Show
    words: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()


LISTS = (
    FiguresList(
        operation="list_batting_figures",
        table="batting",
        path="batting",
        rows="batters",
        summary="What batters have done",
        about=(
            "All who have batted. By runs, the strike rate separates those who have as many, as for the Orange Cap. "
            "With `phase`, an innings is one in which the batter faced a ball or was out in it, and fifties, "
            "hundreds and the highest score are null. Super Overs do not count."
        ),
        show=shown.batting,
        words=(*_WHERE, "phase"),
        numbers=("min_innings", "min_balls"),
        sorts=(
            *("runs", "average", "strike_rate", "fours", "sixes", "fifties", "hundreds"),
            *("boundary_rate", "dot_rate", "rotation_rate"),
        ),
    ),
    FiguresList(
        operation="list_bowling_figures",
        table="bowling",
        path="bowling",
        rows="bowlers",
        summary="What bowlers have done",
        about=(
            "All who have bowled. By wickets, the economy separates those who have as many, as for the Purple Cap. With "
            "`phase`, maidens, four and five wickets and the best figures are null. Super Overs do not count."
        ),
        show=shown.bowling,
        words=(*_WHERE, "phase"),
        numbers=("min_innings", "min_balls"),
        sorts=("wickets", "economy", "average", "strike_rate", "dots", "dot_rate"),
    ),
    FiguresList(
        operation="list_most_valuable_players",
        table="mvp",
        path="mvp",
        rows="players",
        summary="The most valuable players",
        about="By points: a four 2.5, a six 3.5, a wicket 3.5, a ball that concedes nothing 1, a catch or stumping 2.5.",
        show=shown.mvp,
        words=_WHERE,
        sorts=("points",),
    ),
    FiguresList(
        operation="list_match_ups",
        table="match_ups",
        path="match-ups",
        rows="match_ups",
        summary="Batters against bowlers",
        about="What each batter has done against each bowler: name at least one of them where the league is large.",
        show=shown.match_up,
        words=(*_WHERE, "phase", "batter", "bowler"),
        numbers=("min_innings", "min_balls"),
        sorts=("balls", "runs", "wickets", "strike_rate"),
    ),
    FiguresList(
        operation="list_partnerships",
        table="partnerships",
        path="partnerships",
        rows="partnerships",
        summary="Partnerships",
        about="Each one of each innings, extras included; `first` and `second` stand in the order of their ids.",
        show=shown.partnership,
        words=(*_WHERE, "player"),
        numbers=("wicket", "min_balls"),
        sorts=("runs", "balls"),
    ),
    FiguresList(
        operation="list_phase_figures",
        table="phases",
        path="phases",
        rows="phases",
        summary="Teams by the phases of an innings",
        about=(
            "Powerplay, middle and death overs by the playing conditions of each match; `whole` is an innings without "
            "limit. Runs are those charged to bowlers."
        ),
        show=shown.phase,
        words=("tournament", "season", "team", "venue", "phase", "side"),
    ),
    FiguresList(
        operation="list_venue_figures",
        table="venues",
        path="venues",
        rows="venues",
        summary="Grounds",
        about="How much is scored on each ground, and who wins there. Most matches first.",
        show=shown.venue,
        words=("tournament", "season", "team", "venue"),
    ),
    FiguresList(
        operation="list_team_figures",
        table="teams",
        path="teams",
        rows="teams",
        summary="Teams",
        about="Matches, results and totals. A tie that was settled is a win; awarded matches count by their winner.",
        show=shown.team,
        words=_WHERE,
        sorts=("won", "runs"),
    ),
)
RECORDS = (
    *("highest_score", "best_figures", "hat_trick", "fastest_fifty", "fastest_hundred", "win_by_runs"),
    *("win_by_wickets", "highest_total", "lowest_total", "highest_partnership"),
)
