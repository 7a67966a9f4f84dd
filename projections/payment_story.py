"""A payment told in Markdown, for who looks at it in Temporal's UI."""

from collections.abc import Iterator

from domain.payment.state import PaymentState, Phase
from domain.payment.steps import steps

_WAITS_FOR = {
    Phase.AWAITING_PAYMENT: "the payer",
    Phase.CONFIRMED: "the tournament to start",
    Phase.REFUNDING: "the refund to reach the bank",
    Phase.REFUND_STUCK: "somebody to look why a refund was refused, and to have it tried again",
    Phase.DISPUTED: "the bank's decision",
}


def payment_story(state: PaymentState) -> str:
    """Whose it is, where it stands, what it waits for, what was paid and given back."""
    return "\n\n".join(_parts(state))


def _parts(state: PaymentState) -> Iterator[str]:
    terms = state.terms
    yield f"**{terms.team_name}**, {terms.tournament_name}: {terms.fee} · {state.phase.value}"
    if state.phase in _WAITS_FOR:
        yield f"Waits for {_WAITS_FOR[state.phase]}."
    if state.failure != ("", "") and state.paid is None:
        yield f"Last attempt: {' '.join(filter(None, state.failure))}."
    if state.entry.reason:
        yield f"The place is gone: {state.entry.reason}."
    if state.paid is not None:
        fee = f", of which Stripe kept {state.paid.fee}" if state.paid.fee is not None else ""
        yield f"Paid {state.paid.amount}{fee}; given back {state.given_back}."
    if wanted := steps(state):
        yield "Next: " + ", ".join(step.name for step in wanted) + "."
