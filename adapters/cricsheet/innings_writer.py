"""One innings as Cricsheet writes it, built fact by fact."""

from collections.abc import Callable, Sequence
from typing import Any

from domain.match import events as e
from domain.match.conditions import PlayingConditions
from domain.match.delivery import Delivery, DismissalKind, Fielder, Review
from domain.match.state import Innings, MatchState
from domain.match.wicket import NOT_A_WICKET

Json = dict[str, Any]


class InningsWriter:
    """Takes the facts of one innings in their order; ``written`` is the innings at the end."""

    def __init__(self, state: MatchState, innings: Innings, conditions: PlayingConditions) -> None:
        self.innings = innings
        self._state = state
        self._conditions = conditions
        self._overs: list[Json] = []
        self._miscounted: Json = {}
        self._penalty = {"pre": 0, "post": 0}
        self._replacements: dict[str, list[Json]] = {}
        self._left: list[str] = []
        self._wickets: list[Json] = []
        self._add: dict[type, Callable[[Any], None]] = {
            e.BallRecorded: self._ball,
            e.BatterDismissed: self._dismissed,
            e.PlayerReplaced: self._replaced,
            e.BowlerReplaced: self._bowler_replaced,
            e.PenaltyRunsAwarded: self._penalty_runs,
        }

    def add(self, fact: e.Fact) -> None:
        """Take one fact; those the format has no word for change nothing."""
        add = self._add.get(type(fact))
        if add is not None:
            add(fact)

    def written(self) -> Json:
        """The innings in Cricsheet's form."""
        innings = self.innings
        out: Json = {"team": self._state.sides[innings.batting].team.name}
        if innings.forfeited:
            return {**out, "forfeited": True}
        self._count_overs()
        optional: Json = {
            "overs": self._overs,
            "absent_hurt": [self._name(player) for player in innings.absent],
            "penalty_runs": {when: runs for when, runs in self._penalty.items() if runs},
            "declared": innings.declared,
            "miscounted_overs": self._miscounted,
            "powerplays": self._powerplays(),
            "super_over": innings.super_over,
        }
        return {**out, **{key: value for key, value in optional.items() if value or key == "overs"}}

    def _name(self, player: str) -> str:
        return self._state.players[player].name

    def _ball(self, fact: e.BallRecorded) -> None:
        d = fact.delivery
        if not self._overs or self._overs[-1]["over"] != fact.over:
            self._overs.append({"over": fact.over, "deliveries": []})
        delivery: Json = {
            "batter": self._name(d.striker),
            "bowler": self._name(d.bowler),
            "non_striker": self._name(d.non_striker),
            "runs": {"batter": d.bat_runs, "extras": d.extras, "total": d.runs},
        }
        if d.boundary is None and d.bat_runs in (4, 6):
            delivery["runs"]["non_boundary"] = True
        extras = _extras(d)
        if extras:
            delivery["extras"] = extras
        wickets = [self._wicket(one.player, one.kind, one.fielders) for one in d.wickets] + self._wickets
        if wickets:
            delivery["wickets"] = wickets
        self._note_who_left(d)
        if self._replacements:
            delivery["replacements"] = self._replacements
        if d.review is not None:
            delivery["review"] = self._review(d.review)
        self._wickets, self._replacements = [], {}
        self._overs[-1]["deliveries"].append(delivery)

    def _note_who_left(self, d: Delivery) -> None:
        """Who left and comes back later is told only by who took the place."""
        for player in self._left:
            others = (self._name(d.striker), self._name(d.non_striker))
            before = self._last_pair()
            came = next((name for name in others if name not in before), others[0])
            change = {"in": came, "out": self._name(player), "reason": "injury", "role": "batter"}
            self._replacements.setdefault("role", []).append(change)
        self._left = []

    def _last_pair(self) -> tuple[str, ...]:
        for over in reversed(self._overs):
            if over["deliveries"]:
                last = over["deliveries"][-1]
                return last["batter"], last["non_striker"]
        return ()

    def _wicket(self, player: str, kind: DismissalKind, fielders: Sequence[Fielder]) -> Json:
        wicket: Json = {"player_out": self._name(player), "kind": kind.value}
        if fielders:
            wicket["fielders"] = [self._fielder(one) for one in fielders]
        return wicket

    def _fielder(self, fielder: Fielder) -> Json:
        name = fielder.name or (self._name(fielder.player) if fielder.player else None)
        out: Json = {} if name is None else {"name": name}
        return {**out, "substitute": True} if fielder.substitute else out

    def _dismissed(self, fact: e.BatterDismissed) -> None:
        """Off the ball: hung on the delivery before; if it was before the first, on that."""
        if fact.kind in NOT_A_WICKET and self._comes_back(fact):
            self._left.append(fact.player)
            return
        wicket = self._wicket(fact.player, fact.kind, fact.fielders)
        if self._overs:
            self._overs[-1]["deliveries"][-1].setdefault("wickets", []).append(wicket)
        else:
            self._wickets.append(wicket)

    def _comes_back(self, dismissed: e.BatterDismissed) -> bool:
        facts = [fact for _, fact in self._state.facts]
        here = next(index for index, fact in enumerate(facts) if fact is dismissed)
        return any(
            isinstance(fact, e.BallRecorded)
            and fact.innings == dismissed.innings
            and dismissed.player in (fact.delivery.striker, fact.delivery.non_striker)
            for fact in facts[here + 1 :]
        )

    def _replaced(self, fact: e.PlayerReplaced) -> None:
        change = {
            "in": self._name(fact.player_in),
            "out": self._name(fact.player_out),
            "reason": fact.reason.replace(" ", "_"),
            "team": self._state.sides[fact.team].team.name,
        }
        self._replacements.setdefault("match", []).append(change)

    def _bowler_replaced(self, fact: e.BowlerReplaced) -> None:
        before = self._overs[-1]["deliveries"][-1]["bowler"] if self._overs else None
        change = {"in": self._name(fact.bowler), "out": before, "reason": fact.reason, "role": "bowler"}
        known = {key: value for key, value in change.items() if value is not None}
        self._replacements.setdefault("role", []).append(known)

    def _penalty_runs(self, fact: e.PenaltyRunsAwarded) -> None:
        """The format knows those before the first ball and those after the innings; the rest go with these."""
        self._penalty["post" if self._overs else "pre"] += fact.runs

    def _review(self, review: Review) -> Json:
        out: Json = {"by": review.by, "decision": review.outcome, "type": review.kind}
        if review.outcome == "umpire's call":
            out |= {"decision": "struck down", "umpires_call": True}
        if review.batter is not None:
            out["batter"] = self._name(review.batter)
        if review.umpire is not None:
            out["umpire"] = review.umpire
        return out

    def _powerplays(self) -> list[Json]:
        if self.innings.super_over:
            return []
        return [
            {
                "from": span.first[0] + span.first[1] / 10,
                "to": span.last[0] + span.last[1] / 10,
                "type": span.kind,
            }
            for span in self.innings.powerplays
        ]

    def _count_overs(self) -> None:
        """Overs the umpire miscounted: more legal balls than due, or fewer though another followed."""
        due = self._conditions.balls_per_over
        for index, over in enumerate(self._overs):
            legal = sum(
                not {"wides", "noballs"} & ball.get("extras", {}).keys() for ball in over["deliveries"]
            )
            if legal > due or (legal < due and index < len(self._overs) - 1):
                self._miscounted[str(over["over"])] = {"balls": legal}


def _extras(d: Delivery) -> Json:
    kinds = (
        ("wides", d.wides),
        ("noballs", d.no_balls),
        ("byes", d.byes),
        ("legbyes", d.leg_byes),
        ("penalty", d.penalty),
    )
    return {name: runs for name, runs in kinds if runs}
