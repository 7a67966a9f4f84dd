"""The fold: what each event does to the state of a session."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from domain.persons import Erasure, PersonErased
from domain.session import events as e
from domain.session.orders import order_of
from domain.session.state import Dispute, Ending, Lease, Proposal, SessionState, TimeLost, phase_of


def initial() -> SessionState:
    """A session of which nothing is known."""
    return SessionState()


def evolve(state: SessionState, event: e.SessionEvent) -> SessionState:
    """The state after one more event."""
    version = state.version + 1
    orders = state.orders if order_of(event) is None else (*state.orders, version)
    changes = _CHANGES[type(event)](state, event, version)
    return replace(state, **{"version": version, "orders": orders, **changes})


def fold(events: Iterable[e.SessionEvent]) -> SessionState:
    """The state after ``events``."""
    state = initial()
    for event in events:
        state = evolve(state, event)
    return state


Changes = dict[str, Any]
_COUNTED = frozenset({"version", "orders"})


def _all_fields(state: SessionState, event: Any, version: int) -> Changes:
    return {each.name: getattr(event, each.name) for each in fields(event)}


def _rescheduled(state: SessionState, event: e.SessionRescheduled, version: int) -> Changes:
    return {
        "starts_at": event.starts_at,
        "ground": event.ground or state.ground,
        "reserve_starts_at": event.reserve_starts_at,
        "missed": frozenset[tuple[str, int]](),
    }


def _officials(state: SessionState, event: e.OfficialsNamed, version: int) -> Changes:
    captains = state.captains if event.captains is None else event.captains
    return {"officials": event.officials, "captains": captains}


def _followed(state: SessionState, event: e.MatchFollowed, version: int) -> Changes:
    before, after = state.facts, event.facts
    moved = (phase_of(before), len(before.interruptions)) != (phase_of(after), len(after.interruptions))
    return {
        "facts": after,
        "phase_since": event.at if moved else state.phase_since,
        "postponed": state.postponed and not moved,
    }


def _missed(state: SessionState, event: e.DeadlineMissed, version: int) -> Changes:
    return {"missed": state.missed | {(event.what, len(state.facts.innings))}}


def _time_lost(state: SessionState, event: e.PlayTimeLost, version: int) -> Changes:
    lost = state.time_lost
    return {
        "time_lost": TimeLost(
            counted=lost.counted | {event.interruption},
            first=lost.first + (event.minutes if event.in_first else 0.0),
            second=lost.second + (0.0 if event.in_first else event.minutes),
        )
    }


def _target_asked(state: SessionState, event: e.RevisedTargetAsked, version: int) -> Changes:
    return {"target_asked": max(state.target_asked, event.cause)}


def _leased(state: SessionState, event: Any, version: int) -> Changes:
    holder = event.to if isinstance(event, e.LeaseHandedOver) else event.scorer
    return {"lease": Lease(scorer=holder, renewed_at=event.at)}


def _unleased(state: SessionState, event: Any, version: int) -> Changes:
    return {"lease": None}


def _erased(state: SessionState, event: PersonErased, version: int) -> Changes:
    erasure = Erasure(person=event.person, name=event.name).knowing(state)
    without = erasure.of(state)
    return {each.name: getattr(without, each.name) for each in fields(state) if each.name not in _COUNTED}


def _postponed(state: SessionState, event: e.MatchPostponed, version: int) -> Changes:
    return {
        "postponed": True,
        "starts_at": event.to,
        "reserve_starts_at": None,
        "missed": frozenset[tuple[str, int]](),
    }


_HOW: dict[type, str] = {
    e.PlayCalledOff: "called off",
    e.WinAwarded: "awarded",
    e.MatchConceded: "conceded",
    e.MatchForfeited: "forfeited",
    e.ResultAnnulled: "annulled",
}


def _ending(state: SessionState, event: Any, version: int) -> Changes:
    return {
        "ending": Ending(order=version, how=_HOW[type(event)], by_ruling=state.ruled),
        "proposal": None,
        "postponed": False,
    }


def _cancelled(state: SessionState, event: e.SessionCancelled, version: int) -> Changes:
    return {"cancelled": event.reason}


def _proposed(state: SessionState, event: e.ResultProposed, version: int) -> Changes:
    proposal = Proposal(
        outcome=event.outcome,
        winner=event.winner,
        text=event.text,
        scores=event.scores,
        confirm_by=event.confirm_by,
    )
    return {"proposal": proposal, "ending": None, "postponed": False}


def _withdrawn(state: SessionState, event: e.ProposalWithdrawn, version: int) -> Changes:
    return {"proposal": None, "ending": None}


def _confirmed(state: SessionState, event: e.ResultConfirmed, version: int) -> Changes:
    if state.proposal is None or event.team is None:
        return {}
    return {"proposal": replace(state.proposal, confirmed=state.proposal.confirmed | {event.team})}


def _disputed(state: SessionState, event: e.DisputeRaised, version: int) -> Changes:
    return {
        "dispute": Dispute(
            person=event.person, team=event.team, reason=event.reason, answer_by=event.answer_by
        )
    }


def _answered(state: SessionState, event: e.DisputeAnswered, version: int) -> Changes:
    if state.dispute is None:
        return {}
    answers = (*state.dispute.answers, (event.person, event.answer))
    return {"dispute": replace(state.dispute, answers=answers)}


def _window_moved(state: SessionState, event: e.WindowMoved, version: int) -> Changes:
    if event.what == "result":
        return {"proposal": state.proposal and replace(state.proposal, confirm_by=event.ends_at)}
    missed = {(what, innings) for what, innings in state.missed if what != event.what}
    return {
        "dispute": state.dispute and replace(state.dispute, answer_by=event.ends_at),
        "missed": frozenset(missed),
    }


def _ruled(state: SessionState, event: e.DisputeRuled, version: int) -> Changes:
    return {"dispute": None, "ruled": True, "replay": event.ruling == "replay"}


def _official(state: SessionState, event: e.ResultMadeOfficial, version: int) -> Changes:
    return {"official_by": event.by, "ending": None}


def _carried_out(state: SessionState, event: e.OrderCarriedOut, version: int) -> Changes:
    changes: Changes = {"orders": _without(state, event.order)}
    if state.ending is not None and state.ending.order == event.order:
        changes["ending"] = replace(state.ending, match_version=event.match_version)
    return changes


def _refused(state: SessionState, event: e.OrderRefused, version: int) -> Changes:
    """A match that could not be called off is not called off again by the clock, before it goes on."""
    changes: Changes = {"orders": _without(state, event.order)}
    if state.ending is not None and state.ending.order == event.order:
        missed = state.missed | {("cut-off", len(state.facts.innings))}
        changes |= {"ending": None, "ruled": False, "missed": missed}
    return changes


def _without(state: SessionState, order: int) -> tuple[int, ...]:
    return tuple(one for one in state.orders if one != order)


def _nothing(state: SessionState, event: Any, version: int) -> Changes:
    return {}


_CHANGES: dict[type, Callable[[SessionState, Any, int], Changes]] = {
    e.SessionOpened: _all_fields,
    e.SessionRescheduled: _rescheduled,
    e.OfficialsNamed: _officials,
    PersonErased: _erased,
    e.MatchFollowed: _followed,
    e.DeadlineMissed: _missed,
    e.PlayTimeLost: _time_lost,
    e.OversCut: _nothing,
    e.RevisedTargetAsked: _target_asked,
    e.LeaseTaken: _leased,
    e.LeaseRenewed: _leased,
    e.LeaseHandedOver: _leased,
    e.LeaseTakenOver: _leased,
    e.LeaseReleased: _unleased,
    e.LeaseExpired: _unleased,
    e.MatchPostponed: _postponed,
    e.PlayCalledOff: _ending,
    e.WinAwarded: _ending,
    e.MatchConceded: _ending,
    e.MatchForfeited: _ending,
    e.ResultAnnulled: _ending,
    e.SessionCancelled: _cancelled,
    e.ResultProposed: _proposed,
    e.ProposalWithdrawn: _withdrawn,
    e.ResultConfirmed: _confirmed,
    e.DisputeRaised: _disputed,
    e.DisputeAnswered: _answered,
    e.WindowMoved: _window_moved,
    e.DisputeRuled: _ruled,
    e.ResultMadeOfficial: _official,
    e.OrderCarriedOut: _carried_out,
    e.OrderRefused: _refused,
}
