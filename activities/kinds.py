"""The aggregates that workflows keep: tournaments, sessions, payments and payouts."""

from functools import partial
from typing import Any

from activities.aggregates import KeptKind
from activities.sessions import Streams
from contracts.codec import decode_command
from contracts.work import PAYMENT, PAYOUT, SESSION, TOURNAMENT, payout_stream_id, session_stream_id
from domain.clock import Clock
from domain.session.agenda import agenda as session_agenda
from domain.tournament.lifecycle.agenda import agenda as tournament_agenda
from domain.tournament.lifecycle.commands import CreateTournament
from handlers.payment import PaymentHandler
from handlers.payout import PayoutHandler
from projections.progress import payment_progress, payout_progress, session_progress, tournament_progress


def kept_kinds(streams: Streams) -> dict[str, KeptKind]:
    """Both kinds, by name."""
    tournament = KeptKind(
        handler=streams.tournaments,
        command_of=partial(decode_command, TOURNAMENT),
        agenda=tournament_agenda,
        clock=lambda state: state.rules.clock,
        clock_of_new=_clock_of_new,
        progress=tournament_progress,
    )
    session = KeptKind(
        handler=streams.sessions,
        command_of=partial(decode_command, SESSION),
        agenda=session_agenda,
        clock=lambda state: state.clock,
        progress=session_progress,
        stream_id=session_stream_id,
    )
    return {TOURNAMENT: tournament, SESSION: session}


def kept_payments(payments: PaymentHandler) -> dict[str, KeptKind]:
    """Payments, by the name of their kind. Nothing falls due in one: its time is the tournament's."""
    payment = KeptKind(
        handler=payments,
        command_of=partial(decode_command, PAYMENT),
        agenda=lambda state: (),
        clock=lambda state: state.clock,
        progress=payment_progress,
    )
    return {PAYMENT: payment}


def kept_payouts(payouts: PayoutHandler) -> dict[str, KeptKind]:
    """Payouts, by the name of their kind; nothing falls due in one."""
    payout = KeptKind(
        handler=payouts,
        command_of=partial(decode_command, PAYOUT),
        agenda=lambda state: (),
        clock=lambda state: state.clock,
        progress=payout_progress,
        stream_id=payout_stream_id,
    )
    return {PAYOUT: payout}


def _clock_of_new(command: Any) -> Clock | None:
    return command.settings.clock if isinstance(command, CreateTournament) else None
