"""What the events of tournaments, match days, payments and webhook endpoints mean to those they concern."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from domain.notification.notice import LEAGUE, Kind, Notice
from domain.payment import events as p
from domain.payment.evolve import evolve as evolve_payment
from domain.payment.state import PaymentState
from domain.session import events as s
from domain.session.deadlines import deadline
from domain.session.evolve import evolve as evolve_session
from domain.session.evolve import initial as no_session
from domain.session.state import SessionState
from domain.tournament.lifecycle import events as t
from domain.tournament.lifecycle.evolve import evolve as evolve_tournament
from domain.tournament.lifecycle.evolve import initial as no_tournament
from domain.tournament.lifecycle.state import TournamentMatch, TournamentState
from domain.webhook import events as w

BEFORE_THE_TOSS = timedelta(minutes=15)
SOON = timedelta(hours=24)
"""A match that begins, or would have begun, within it: that it was moved cannot wait."""

MatchIdOf = Callable[[str, int], str]
"""The id of the match of a node, the how manieth time it is ordered to be played."""


class TournamentNotices:
    """Folds one tournament."""

    def __init__(self, tournament: str, match_id_of: MatchIdOf) -> None:
        self._id = tournament
        self._match_id_of = match_id_of
        self._state = no_tournament()

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self._state.version

    def apply(self, event: t.TournamentEvent, at: datetime) -> tuple[Notice, ...]:
        """Fold in the event of the next version, recorded at ``at``: what it makes people be told."""
        before, self._state = self._state, evolve_tournament(self._state, event)
        if isinstance(event, t.FixturesMoved):
            return tuple(self._moved(before, event, at))
        if isinstance(event, t.PlaceOffered):
            return (self._offered(event),)
        return ()

    def _moved(self, before: TournamentState, event: t.FixturesMoved, at: datetime) -> Iterator[Notice]:
        """Every match that has another time or ground than it had."""
        clock = self._state.rules.clock
        for new in event.placements:
            match = self._state.matches[new.node]
            old = before.matches[new.node].placement
            if old is None or (old.starts_at, old.ground) == (new.starts_at, new.ground):
                continue
            starts, started = clock.real(new.starts_at), clock.real(old.starts_at)
            match_id = self._match_id_of(new.node, match.replay)
            teams = match.teams or ()
            yield Notice(
                kind=Kind.FIXTURE_MOVED,
                subject=f"tournament/{self._id}/moved/{self.version}/{new.node}",
                about=(
                    *(LEAGUE, f"tournament:{self._id}", f"match:{match_id}"),
                    *(f"team:{team}" for team in teams),
                ),
                words={
                    "match": self._name(match),
                    "tournament": self._state.name,
                    "starts_at": starts.isoformat(),
                    "started_at": started.isoformat(),
                    "ground": new.ground,
                    "reason": event.reason,
                },
                urgent=min(starts, started) - at < SOON,
                expires_at=max(starts, started),
            )

    def _offered(self, event: t.PlaceOffered) -> Notice:
        expires = self._state.rules.clock.real(event.expires_at)
        entry = self._state.entries[event.team]
        return Notice(
            kind=Kind.WAITLIST_OFFER,
            subject=f"tournament/{self._id}/offer/{event.team}/{self.version}",
            about=(f"tournament:{self._id}", f"team:{event.team}"),
            followed=False,
            grants=(f"captain@team:{event.team}",),
            persons=(entry.captain,) if entry.captain else (),
            words={
                "team": entry.name,
                "tournament": self._state.name,
                "until_at": expires.isoformat(),
            },
            expires_at=expires,
        )

    def _name(self, match: TournamentMatch) -> str:
        if match.teams is None:
            return match.node
        return " v ".join(self._state.entries[team].name for team in match.teams)


class SessionNotices:
    """Folds one match day. ``stream`` is its own id."""

    def __init__(self, stream: str, match_id_of: Callable[[str, str], str | None]) -> None:
        self._stream = stream
        self._match_id_of = match_id_of
        self._state = no_session()

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self._state.version

    def apply(self, event: s.SessionEvent, at: datetime) -> tuple[Notice, ...]:
        """Fold in the event of the next version, recorded at ``at``: what it makes people be told."""
        before, self._state = self._state, evolve_session(self._state, event)
        found: list[Notice] = []
        if isinstance(event, s.MatchPostponed) and before.starts_at is not None:
            found.append(self._postponed(before.starts_at, event, at))
        if isinstance(event, s.SessionOpened | s.SessionRescheduled | s.MatchPostponed):
            found += self._toss()
        if isinstance(event, s.DisputeRaised):
            found.append(self._disputed(event))
        return tuple(found)

    def _toss(self) -> Iterator[Notice]:
        due = deadline(self._state, "toss")
        if due is None:
            return
        toss = self._state.clock.real(due)
        starts = self._state.start.isoformat()
        yield Notice(
            kind=Kind.TOSS_SOON,
            subject=f"session/{self._stream}/toss/{starts}",
            about=self._about(),
            words={
                **self._words(),
                "toss_at": toss.isoformat(),
                "starts_at": self._state.clock.real(self._state.start).isoformat(),
                "ground": self._state.ground,
            },
            due_at=toss - BEFORE_THE_TOSS,
            expires_at=toss,
            while_start=f"{self._stream}/{starts}",
        )

    def _postponed(self, was: datetime, event: s.MatchPostponed, at: datetime) -> Notice:
        clock = self._state.clock
        starts, started = clock.real(event.to), clock.real(was)
        return Notice(
            kind=Kind.FIXTURE_MOVED,
            subject=f"session/{self._stream}/moved/{self.version}",
            about=self._about(),
            words={
                **self._words(),
                "starts_at": starts.isoformat(),
                "started_at": started.isoformat(),
                "ground": self._state.ground,
                "reason": event.reason,
            },
            urgent=min(starts, started) - at < SOON,
            expires_at=max(starts, started),
        )

    def _disputed(self, event: s.DisputeRaised) -> Notice:
        captains = (person for _, person in self._state.captains)
        officials = (official.person for official in self._state.officials)
        tournament = self._state.tournament
        return Notice(
            kind=Kind.RESULT_DISPUTED,
            subject=f"session/{self._stream}/dispute/{self.version}",
            about=self._about(),
            followed=False,
            grants=(
                *(f"captain@team:{team}" for team in self._state.teams),
                *(
                    each
                    for role in ("admin", "organiser", "referee")
                    for each in (role, f"{role}@tournament:{tournament}")
                ),
            ),
            persons=tuple(dict.fromkeys((*captains, *officials))),
            words={
                **self._words(),
                "reason": event.reason,
                "until_at": self._state.clock.real(event.answer_by).isoformat(),
            },
        )

    def _about(self) -> tuple[str, ...]:
        about = [LEAGUE, *(f"team:{team}" for team in self._state.teams)]
        if self._state.tournament:
            about.append(f"tournament:{self._state.tournament}")
            match_id = self._match_id_of(self._state.tournament, self._state.node)
            about += [f"match:{match_id}"] if match_id else []
        return tuple(about)

    def _words(self) -> dict[str, str]:
        plan = self._state.plan
        return {"match": " v ".join(team.name for team in plan.teams), "tournament": plan.tournament or ""}


def toss_still_due(state: SessionState, starts: str) -> bool:
    """Is the toss of a match day that was to begin then still to come?"""
    begins = state.starts_at
    return begins is not None and begins.isoformat() == starts and deadline(state, "toss") is not None


class PaymentNotices:
    """Folds one payment."""

    def __init__(self, payment: str) -> None:
        self._id = payment
        self._state = PaymentState()

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self._state.version

    def apply(self, event: p.PaymentEvent, at: datetime) -> tuple[Notice, ...]:
        """Fold in the event of the next version: what it makes people be told."""
        self._state = evolve_payment(self._state, event)
        match event:
            case p.PaymentSucceeded():
                return (self._notice(Kind.PAYMENT_RECEIVED, "received", amount=str(event.amount)),)
            case p.RefundIssued():
                return (self._notice(Kind.REFUND, f"refund/{event.refund}", amount=str(event.amount)),)
            case p.DisputeOpened():
                subject = f"dispute/{event.dispute}"
                return (self._notice(Kind.PAYMENT_DISPUTED, subject, amount=str(event.amount)),)
            case _:
                return ()

    def _notice(self, kind: Kind, subject: str, **words: str) -> Notice:
        terms = self._state.terms
        tournament = str(terms.tournament)
        staff = ("treasurer", f"treasurer@tournament:{tournament}")
        if kind is Kind.PAYMENT_DISPUTED:
            staff = (*staff, "admin", "owner", f"admin@tournament:{tournament}")
        payer = kind is not Kind.PAYMENT_DISPUTED
        return Notice(
            kind=kind,
            subject=f"payment/{self._id}/{subject}",
            about=(f"tournament:{tournament}", f"team:{terms.team}"),
            followed=False,
            grants=(*staff, *((f"captain@team:{terms.team}",) if payer else ())),
            captain_of=(tournament, terms.team) if payer else None,
            words={"team": terms.team_name, "tournament": terms.tournament_name, **words},
        )


class WebhookEndpointNotices:
    """Follows one webhook endpoint: who runs the league hears that nothing is sent there any more."""

    def __init__(self, endpoint: str) -> None:
        self._id = endpoint
        self.version = 0

    def apply(self, event: w.WebhookEndpointEvent, at: datetime) -> tuple[Notice, ...]:
        """Take the event of the next version: what it makes people be told."""
        self.version += 1
        if not isinstance(event, w.WebhookEndpointDisabled) or event.because == "by_hand":
            return ()
        since = {"since_at": event.failing_since.isoformat()} if event.failing_since else {}
        return (
            Notice(
                kind=Kind.WEBHOOKS_UNWANTED if event.because == "gone" else Kind.WEBHOOKS_FAILED,
                subject=f"webhook/{self._id}/disabled/{self.version}",
                followed=False,
                grants=("owner", "admin"),
                words={"origin": event.origin, **since},
            ),
        )
