"""From a result to an official one: proposed, confirmed, disputed, ruled on."""

from datetime import datetime, timedelta
from typing import Any

from domain.match.errors import CommandRefused
from domain.session import commands as c
from domain.session import events as e
from domain.session.lease import let_go
from domain.session.officials import speaks_for
from domain.session.refusals import reason_of, team_of
from domain.session.state import FINAL, Dispute, Ending, Phase, Proposal, SessionState


def follow_up(state: SessionState, now: datetime) -> list[e.SessionEvent]:
    """What the match as it is now means for the result: proposed, proposed anew, withdrawn, or official."""
    if state.phase in FINAL:
        return []
    facts, ending = state.facts, state.ending
    if ending is not None and not _is_told(state, ending):
        return []
    if not facts.over:
        return [] if state.proposal is None and ending is None else [e.ProposalWithdrawn()]
    if ending is not None and ending.by_ruling:
        return _official(state, "ruling")
    proposed = _proposed(state, now)
    known = state.proposal
    if known is not None and _content(known) == _content(proposed):
        return []
    return [proposed]


def _is_told(state: SessionState, ending: Ending) -> bool:
    return ending.match_version is not None and state.facts.version >= ending.match_version


def _proposed(state: SessionState, now: datetime) -> e.ResultProposed:
    facts = state.facts
    return e.ResultProposed(
        outcome=facts.outcome,
        winner=facts.winner,
        text=facts.result_text,
        scores=tuple(innings.score for innings in facts.innings),
        confirm_by=now + timedelta(minutes=state.settings.result_window_minutes),
    )


def _content(one: Proposal | e.ResultProposed) -> tuple[Any, ...]:
    return one.outcome, one.winner, one.text, one.scores


def _official(state: SessionState, by: str) -> list[e.SessionEvent]:
    facts = state.facts
    official = e.ResultMadeOfficial(
        by=by,
        outcome=facts.outcome,
        winner=facts.winner,
        text=facts.result_text,
        match_version=facts.version,
    )
    return [*let_go(state), official]


def confirm(state: SessionState, command: c.ConfirmResult, now: datetime) -> list[e.SessionEvent]:
    """Both captains or the referee suffice. Confirmed again it changes nothing."""
    proposal = _open_proposal(state)
    speaks_for(state, command.person, command.team)
    confirmed = e.ResultConfirmed(person=command.person, team=command.team)
    if command.team is None:
        return [confirmed, *_official(state, "referee")]
    if command.team in proposal.confirmed:
        return []
    if {*proposal.confirmed, command.team} == {*state.teams}:
        return [confirmed, *_official(state, "captains")]
    return [confirmed]


def make_official(state: SessionState, command: c.MakeOfficial, now: datetime) -> list[e.SessionEvent]:
    """When the window has passed, unless there is a dispute, which waits for its ruling.

    Too late or too early, it changes nothing.
    """
    if state.phase is not Phase.RESULT_PROPOSED or state.proposal is None or now < state.proposal.confirm_by:
        return []
    return _official(state, "window")


def dispute(state: SessionState, command: c.RaiseDispute, now: datetime) -> list[e.SessionEvent]:
    proposal = _open_proposal(state)
    speaks_for(state, command.person, command.team)
    if now > proposal.confirm_by:
        text = f"the result could be disputed until {proposal.confirm_by.isoformat()}"
        raise CommandRefused("dispute_too_late", text)
    raised = e.DisputeRaised(
        person=command.person,
        team=command.team,
        reason=reason_of(command.reason),
        answer_by=now + timedelta(minutes=state.settings.dispute_answer_minutes),
    )
    return [raised]


def answer(state: SessionState, command: c.AnswerDispute, now: datetime) -> list[e.SessionEvent]:
    """By the other captain or an official; an answer settles nothing, the ruling does."""
    open_ = _open_dispute(state)
    speaks_for(state, command.person, command.team)
    if command.team is not None and command.team == open_.team:
        text = "the other side answers a dispute; its own side gave the reason when it was raised"
        raise CommandRefused("own_dispute", text)
    words = reason_of(command.answer)
    return [e.DisputeAnswered(person=command.person, team=command.team, answer=words)]


def move_window(state: SessionState, command: c.MoveWindow, now: datetime) -> list[e.SessionEvent]:
    """While it is open, or the answer is overdue."""
    known = _open_proposal(state).confirm_by if command.what == "result" else _open_dispute(state).answer_by
    if command.ends_at <= now:
        raise CommandRefused("deadline_in_past", "a window is moved to a time to come")
    if command.ends_at == known:
        return []
    return [e.WindowMoved(what=command.what, ends_at=command.ends_at, reason=command.reason)]


def rule(state: SessionState, command: c.RuleDispute, now: datetime) -> list[e.SessionEvent]:
    """The last word. What it changes about the match is ordered there, and is official once it is done."""
    _open_dispute(state)
    reason = reason_of(command.reason)
    to = team_of(state, command.to or "") if command.ruling == "awarded" else None
    ruled = e.DisputeRuled(person=command.person, ruling=command.ruling, reason=reason, to=to)
    if command.ruling == "stands":
        return [ruled, *_official(state, "ruling")]
    if command.ruling == "replay":
        return [ruled, *let_go(state)]
    if to is not None:
        return [ruled, e.WinAwarded(to=to, reason=reason)]
    return [ruled, e.ResultAnnulled(reason=reason)]


def _open_proposal(state: SessionState) -> Proposal:
    if state.phase is Phase.DISPUTED:
        text = "the result is disputed; it is official when the dispute is ruled on"
        raise CommandRefused("result_disputed", text)
    if state.proposal is None:
        raise CommandRefused("result_missing", "the match has no result yet")
    return state.proposal


def _open_dispute(state: SessionState) -> Dispute:
    if state.dispute is None or state.phase is not Phase.DISPUTED:
        raise CommandRefused("dispute_missing", "no dispute is open; raise one while the result is proposed")
    return state.dispute
