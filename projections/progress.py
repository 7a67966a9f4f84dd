"""Where a tournament or session stands, for the workflow that keeps it."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any
from uuid import UUID

from contracts.codec import SESSION, encode_command
from contracts.work import Progress, SessionToOpen, WireDue, match_id_of
from domain.agenda import Due
from domain.clock import Clock
from domain.payment.state import PaymentState
from domain.payment.steps import finished, steps
from domain.payout import steps as payouts
from domain.payout.state import PayoutState
from domain.session.agenda import agenda as session_agenda
from domain.session.state import SessionState
from domain.tournament.lifecycle.agenda import agenda as tournament_agenda
from domain.tournament.lifecycle.fees import last_moved
from domain.tournament.lifecycle.opening import open_matches, session_of
from domain.tournament.lifecycle.prize_money import prizes_due
from domain.tournament.lifecycle.state import TournamentState
from projections.payment_story import payment_story
from projections.payout_story import payout_story
from projections.story import session_story, tournament_story

DUES_TOLD = 20
"""A workflow waits for the first only, and is told anew after each; these are for who reads it."""


def tournament_progress(tournament_id: UUID, state: TournamentState) -> Progress:
    """``sessions`` are those open, whether started or not."""
    clock = state.rules.clock
    dues = tournament_agenda(state)
    return Progress(
        version=state.version,
        phase=state.phase.value,
        finished=state.finished,
        dues=_told(dues, clock),
        sessions=() if state.finished else tuple(_sessions(tournament_id, state)),
        payments=last_moved(state),
        prizes_due=prizes_due(state),
        details=tournament_story(state, dues),
    )


def payment_progress(payment_id: UUID, state: PaymentState) -> Progress:
    """``steps`` are those wanted, the most urgent first."""
    return Progress(
        version=state.version,
        phase=state.phase.value,
        finished=finished(state),
        steps=tuple(step.name for step in steps(state)),
        watched=state.watched,
        heard=state.entry.version,
        details=payment_story(state),
    )


def payout_progress(tournament_id: UUID, state: PayoutState) -> Progress:
    """``steps`` are those wanted, the most urgent first."""
    return Progress(
        version=state.version,
        phase=state.phase.value,
        finished=payouts.finished(state),
        steps=tuple(step.name for step in payouts.steps(state)),
        watched=state.watched,
        details=payout_story(state),
    )


def session_progress(match_id: UUID, state: SessionState) -> Progress:
    """``orders`` are those of which nothing has come yet."""
    dues = session_agenda(state)
    return Progress(
        version=state.version,
        phase=state.phase.value,
        finished=state.finished,
        dues=_told(dues, state.clock),
        orders=state.orders,
        details=session_story(state, dues),
    )


def _told(dues: Iterable[Due[Any]], clock: Clock) -> tuple[WireDue, ...]:
    in_order = sorted(dues, key=lambda due: due.at)
    return tuple(
        WireDue(name=due.name, subject=due.subject, at=clock.real(due.at), due_at=due.at)
        for due in in_order[:DUES_TOLD]
    )


def _sessions(tournament_id: UUID, state: TournamentState) -> Iterable[SessionToOpen]:
    for match in open_matches(state):
        arranged = encode_command(SESSION, session_of(state, match.node))
        yield SessionToOpen(
            node=match.node,
            match_id=match_id_of(tournament_id, match.node, match.replay),
            name=match.name,
            starts_at=state.rules.clock.real(match.starts_at),
            arrangement=blake2b(arranged, digest_size=8).hexdigest(),
        )
