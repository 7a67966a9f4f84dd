"""What a session's events ask of the match itself.

An order is put to the match as a command like anybody's, once for each event, and the match may refuse it.
What came of it is noted in the session (``NoteOrder``), so none is lost.
"""

from collections.abc import Callable
from typing import Any

from domain.match import commands as m
from domain.session import events as e


def order_of(event: e.SessionEvent) -> m.MatchCommand | None:
    """The command for the match; None where the event asks nothing of it."""
    order = _ORDERS.get(type(event))
    return order(event) if order is not None else None


def _appoint(scorer: str | None) -> m.AppointScorer:
    return m.AppointScorer(scorer=scorer)


def _call_off(event: e.PlayCalledOff) -> m.MatchCommand:
    """What was played may be enough for a result; where nothing was, the match never began."""
    return m.EndMatch(reason=event.reason) if event.played else m.AbandonMatch(reason=event.reason)


def _revise(event: e.RevisedTargetAsked) -> m.MatchCommand | None:
    return m.ReviseTarget(overs=event.overs, balls=event.balls) if event.computed else None


def _cancel(event: e.SessionCancelled) -> m.MatchCommand | None:
    return m.AbandonMatch(reason=event.reason) if event.unfinished else None


def _concede(event: e.MatchConceded) -> m.MatchCommand:
    return m.AwardMatch(winner=event.to, reason=event.reason, conceded=True)


def _forfeit(event: e.MatchForfeited) -> m.MatchCommand:
    return m.AwardMatch(winner=event.to, reason=event.reason or "forfeited")


_ORDERS: dict[type, Callable[[Any], m.MatchCommand | None]] = {
    e.OversCut: lambda event: m.ReduceOvers(overs=event.overs, balls=event.balls, innings=event.innings),
    e.RevisedTargetAsked: _revise,
    e.LeaseTaken: lambda event: _appoint(event.scorer),
    e.LeaseHandedOver: lambda event: _appoint(event.to),
    e.LeaseTakenOver: lambda event: _appoint(event.scorer),
    e.LeaseReleased: lambda event: _appoint(None),
    e.LeaseExpired: lambda event: _appoint(None),
    e.PlayCalledOff: _call_off,
    e.WinAwarded: lambda event: m.AwardMatch(winner=event.to, reason=event.reason),
    e.MatchConceded: _concede,
    e.MatchForfeited: _forfeit,
    e.ResultAnnulled: lambda event: m.AbandonMatch(reason=event.reason),
    e.SessionCancelled: _cancel,
}
