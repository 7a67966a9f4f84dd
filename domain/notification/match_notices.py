"""What the events of a match mean to those who follow it.

A milestone stands in the match's state (a batter has fifty runs), so it is found by comparing what stands with what
stood: a correction that makes a fifty tells of it, and one that takes it back tells nothing. Reached again it has the
same subject, so it is not told again.
"""

from collections.abc import Callable, Iterator
from functools import partial

from domain.match import events as e
from domain.match.evolve import evolve, initial
from domain.match.names import Names, how_out
from domain.match.outcome import result_line, score
from domain.match.state import Ball, Batter, Bowler, Fall, Innings, MatchState
from domain.match.tally import main_innings, super_overs
from domain.match.wicket import BOWLERS_WICKETS
from domain.notification.notice import LEAGUE, Kind, Notice

FIFTY, HUNDRED = 50, 100
FIVE_WICKETS = 5
HAT_TRICK = 3
"""Wickets with successive balls: by the same bowler, in whichever overs of the match, Super Overs aside."""

Standing = dict[str, Callable[[], Notice]]
"""What stands, by its subject; the notice is made only if nobody was told."""


class MatchNotices:
    """Folds one match. ``tournament`` is the id of the tournament it is played in."""

    def __init__(self, match_id: str, tournament: str | None = None) -> None:
        self._match_id = match_id
        self._tournament = tournament
        self._state = initial()
        self._told: set[str] = set()
        self._result: tuple[str, str | None] | None = None

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self._state.version

    def apply(self, event: e.MatchEvent) -> tuple[Notice, ...]:
        """Fold in the event of the next version: what it makes people be told."""
        self._state = evolve(self._state, event)
        if isinstance(event, e.ResultReached):
            return tuple(self._results(event))
        standing = dict(self._standing())
        new = [subject for subject in standing if subject not in self._told]
        self._told.update(new)
        return tuple(standing[subject]() for subject in new)

    def _results(self, event: e.ResultReached) -> Iterator[Notice]:
        """Another result than the one told last; the margin alone is not worth another word."""
        result = (event.result.outcome, event.result.winner)
        if result == self._result:
            return
        told_before, self._result = self._result is not None, result
        names = Names(self._state)
        yield self._notice(
            Kind.RESULT_REVISED if told_before else Kind.RESULT,
            f"result/{self.version}",
            result=result_line(self._state, names) or "",
            scores=", ".join(
                f"{names.team(one.batting).name} {score(one)} ({one.overs_text})"
                for one in self._state.innings
            ),
        )

    def _standing(self) -> Iterator[tuple[str, Callable[[], Notice]]]:
        for number, innings in enumerate(super_overs(self._state)):
            if number % 2 == 0:
                yield f"super over/{number // 2 + 1}", partial(self._super_over, number // 2 + 1)
            yield from self._wickets(innings)
        for innings in main_innings(self._state):
            yield from self._wickets(innings)
            for line in innings.batters.values():
                for runs, kind in ((FIFTY, Kind.FIFTY), (HUNDRED, Kind.HUNDRED)):
                    if line.runs >= runs:
                        subject = f"{kind}/{innings.number}/{line.player}"
                        yield subject, partial(self._runs, kind, subject, innings, line)
            for line in innings.bowlers.values():
                if line.wickets >= FIVE_WICKETS:
                    subject = f"{Kind.FIVE_WICKETS}/{innings.number}/{line.player}"
                    yield subject, partial(self._five, subject, innings, line)
        yield from self._hat_tricks()

    def _wickets(self, innings: Innings) -> Iterator[tuple[str, Callable[[], Notice]]]:
        for fall in innings.falls:
            subject = f"{Kind.WICKET}/{innings.number}/{fall.player}"
            yield subject, partial(self._wicket, subject, innings, fall)

    def _hat_tricks(self) -> Iterator[tuple[str, Callable[[], Notice]]]:
        in_a_row: dict[str, int] = {}
        made: dict[str, int] = {}
        for innings in main_innings(self._state):
            for ball in innings.balls:
                bowler = ball.delivery.bowler
                in_a_row[bowler] = in_a_row.get(bowler, 0) + 1 if takes_wicket(ball) else 0
                if in_a_row[bowler] == HAT_TRICK:
                    in_a_row[bowler] = 0
                    made[bowler] = made.get(bowler, 0) + 1
                    subject = f"{Kind.HAT_TRICK}/{bowler}/{made[bowler]}"
                    yield subject, partial(self._hat_trick, subject, innings, bowler)

    # --- the notices ---------------------------------------------------------------------------------------

    def _super_over(self, which: int) -> Notice:
        return self._notice(Kind.SUPER_OVER, f"super over/{which}")

    def _wicket(self, subject: str, innings: Innings, fall: Fall) -> Notice:
        names = Names(self._state)
        line = innings.batters[fall.player]
        bowler = line.bowler if line.out is not None and line.out.kind in BOWLERS_WICKETS else None
        return self._notice(
            Kind.WICKET,
            subject,
            fall.player,
            *((bowler,) if bowler else ()),
            player=names.player(fall.player).name,
            how_out=how_out(line, names, self._state.sides[innings.bowling].wicket_keeper),
            runs=str(line.runs),
            balls=str(line.balls),
            **self._score(innings, names, runs=fall.runs, wickets=fall.wicket),
        )

    def _runs(self, kind: Kind, subject: str, innings: Innings, line: Batter) -> Notice:
        names = Names(self._state)
        return self._notice(
            kind,
            subject,
            line.player,
            player=names.player(line.player).name,
            runs=str(line.runs),
            balls=str(line.balls),
            fours=str(line.fours),
            sixes=str(line.sixes),
            **self._score(innings, names),
        )

    def _five(self, subject: str, innings: Innings, line: Bowler) -> Notice:
        names = Names(self._state)
        return self._notice(
            Kind.FIVE_WICKETS,
            subject,
            line.player,
            player=names.player(line.player).name,
            wickets_taken=str(line.wickets),
            conceded=str(line.runs),
            **self._score(innings, names),
        )

    def _hat_trick(self, subject: str, innings: Innings, bowler: str) -> Notice:
        names = Names(self._state)
        return self._notice(
            Kind.HAT_TRICK,
            subject,
            bowler,
            player=names.player(bowler).name,
            **self._score(innings, names),
        )

    @staticmethod
    def _score(
        innings: Innings, names: Names, runs: int | None = None, wickets: int | None = None
    ) -> dict[str, str]:
        total = score(innings) if runs is None else f"{runs}/{wickets}"
        return {"team": names.team(innings.batting).name, "score": total, "overs": innings.overs_text}

    def _notice(self, kind: Kind, subject: str, *players: str, **words: str) -> Notice:
        sides = [side.team for side in self._state.sides.values()]
        about = [LEAGUE, f"match:{self._match_id}", *(f"team:{team.id}" for team in sides)]
        if self._tournament is not None:
            about.append(f"tournament:{self._tournament}")
        return Notice(
            kind=kind,
            subject=f"match/{self._match_id}/{subject}",
            about=(*about, *(f"player:{player}" for player in players)),
            words={
                "match": " v ".join(team.name for team in sides),
                "tournament": _tournament_name(self._state),
                **words,
            },
        )


def takes_wicket(ball: Ball) -> bool:
    """Does the bowler have the wicket of this ball?"""
    return any(wicket.kind in BOWLERS_WICKETS for wicket in ball.delivery.wickets)


def _tournament_name(state: MatchState) -> str:
    return (state.created.tournament or "") if isinstance(state.created, e.MatchCreated) else ""
