"""What is shown of a match's session, as JSON has it."""

from datetime import datetime
from typing import Any

from domain.session.agenda import agenda
from domain.session.state import SessionState


def session(state: SessionState) -> dict[str, Any]:
    """A match day: where it is, who officiates, who scores, what is proposed or disputed, and what is due.

    ``due`` is in the tournament's time.
    """
    lease, proposal, dispute = state.lease, state.proposal, state.dispute
    return {
        "tournament": state.tournament or None,
        "node": state.node or None,
        "phase": state.phase,
        "finished": state.finished,
        "teams": state.plan.teams,
        "starts_at": state.starts_at,
        "reserve_starts_at": state.reserve_starts_at,
        "ground": state.ground or None,
        "officials": state.officials,
        "captains": [{"team": team, "person": person} for team, person in state.captains],
        "must_decide": state.must_decide,
        "match_version": state.facts.version,
        "line_ups": state.facts.line_ups,
        "toss_made": state.facts.toss_made,
        "lease": lease and {"scorer": lease.scorer, "renewed_at": lease.renewed_at},
        "proposal": proposal
        and {
            "outcome": proposal.outcome,
            "winner": proposal.winner,
            "text": proposal.text,
            "scores": proposal.scores,
            "confirm_by": proposal.confirm_by,
            "confirmed": sorted(proposal.confirmed),
        },
        "dispute": dispute
        and {
            "person": dispute.person,
            "team": dispute.team,
            "reason": dispute.reason,
            "answer_by": dispute.answer_by,
            "answers": [{"person": person, "answer": words} for person, words in dispute.answers],
        },
        "official_by": state.official_by,
        "cancelled": state.cancelled,
        "due": [_due(due.name, due.subject, due.at) for due in agenda(state)],
    }


def _due(name: str, subject: str, at: datetime) -> dict[str, Any]:
    return {"name": name, "subject": subject or None, "at": at}
