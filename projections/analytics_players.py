"""What each player did in a match: the rows that all totals are sums of."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.analytics.fielding import CATCH, RUN_OUT, STUMPING, fielding_of
from domain.match.events import MatchCreated
from domain.match.state import MatchState
from domain.match.tally import main_innings
from domain.tournament.leaders import BattingRecord, BowlingRecord
from projections.analytics_rows import PlayerRow
from projections.analytics_tally import Tally
from projections.summary import batting_lines, bowling_lines

_NOBODY = (0, 0)


def player_rows(
    tenant_id: UUID,
    match_id: UUID,
    state: MatchState,
    created: MatchCreated,
    played_at: datetime,
    tally: Tally,
) -> Iterator[PlayerRow]:
    """The rows of all who stood in a line-up, batted or bowled; none before play has begun or the match was decided."""
    if not state.innings and state.result is None:
        return
    names = {player.id: player.name for player in state.players.values()}
    team_of: dict[str, str] = {
        player: team for team, side in state.sides.items() for player in (*side.players, *side.replaced)
    }
    named = frozenset(team_of)
    per_over = state.rules.balls_per_over
    batting: dict[str, BattingRecord] = {}
    bowling: dict[str, BowlingRecord] = {}
    fielding: dict[tuple[str, str], int] = {}
    for innings in main_innings(state):
        for bat in batting_lines(innings, names):
            team_of.setdefault(bat.player, innings.batting)
            batting.setdefault(bat.player, BattingRecord(bat.player, bat.name, innings.batting)).add(bat)
        for bowl in bowling_lines(innings, names):
            team_of.setdefault(bowl.player, innings.bowling)
            record = bowling.setdefault(
                bowl.player, BowlingRecord(bowl.player, bowl.name, innings.bowling, per_over)
            )
            record.add(bowl)
        for line in innings.batters.values():
            for key in fielding_of(line):
                fielding[key] = fielding.get(key, 0) + 1
    faced: dict[str, tuple[int, int]] = {}
    gave: dict[str, tuple[int, int]] = {}
    for (_, _, batter, bowler), meeting in tally.meetings.items():
        dots, rotated = faced.get(batter, _NOBODY)
        faced[batter] = (dots + meeting.dots, rotated + meeting.rotated)
        wides, no_balls = gave.get(bowler, _NOBODY)
        gave[bowler] = (wides + meeting.wides, no_balls + meeting.no_balls)
    home, away = (team.id for team in created.teams)
    for player, team in team_of.items():
        bat = batting.get(player)
        bowl = bowling.get(player)
        best = bowl.best if bowl else None
        yield PlayerRow(
            tenant_id,
            match_id,
            player,
            created.tournament,
            created.season,
            created.venue,
            played_at,
            names.get(player, player),
            team,
            away if team == home else home,
            per_over,
            int(player in named),
            *((bat.innings, bat.not_outs, bat.runs, bat.balls) if bat else (0, 0, 0, 0)),
            *((bat.fifties, bat.hundreds, bat.fours, bat.sixes) if bat else (0, 0, 0, 0)),
            *faced.get(player, _NOBODY),
            *((bowl.innings, bowl.balls, bowl.maidens, bowl.runs) if bowl else (0, 0, 0, 0)),
            *((bowl.wickets, bowl.four_wickets, bowl.five_wickets, bowl.dots or 0) if bowl else (0, 0, 0, 0)),
            *gave.get(player, _NOBODY),
            fielding.get((player, CATCH), 0),
            fielding.get((player, STUMPING), 0),
            fielding.get((player, RUN_OUT), 0),
            bat.highest if bat else None,
            bat.highest_not_out if bat else False,
            best[0] if best else None,
            best[1] if best else None,
        )
