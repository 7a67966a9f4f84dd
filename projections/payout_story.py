"""A payout told in Markdown, for who looks at it in Temporal's UI."""

from collections.abc import Iterator

from domain.money.money import zero
from domain.payout.state import PayoutState, Phase
from domain.payout.steps import steps

_WAITS_FOR = {
    Phase.AWAITING_APPROVAL: "somebody to approve it",
    Phase.BLOCKED: "an open dispute to be decided",
    Phase.STUCK: "somebody to look why a transfer was refused, and to have it tried again",
}


def payout_story(state: PayoutState) -> str:
    """Where it stands, what it waits for, who has won and got how much."""
    return "\n\n".join(_parts(state)) if state.terms_known else ""


def _parts(state: PayoutState) -> Iterator[str]:
    yield f"**{state.terms.tournament_name}**: {state.shares.pool} · {state.phase.value}"
    if state.phase in _WAITS_FOR:
        yield f"Waits for {_WAITS_FOR[state.phase]}."
    nothing = zero(state.terms.currency)
    lines = [
        f"| {share.rank or ''} | {share.name} | {share.amount} | {state.set_off.get(share.payee, nothing)} "
        f"| {state.paid_to(share.payee)} |"
        for share in state.shares.everybody
    ]
    yield "\n".join(("| rank | team | won | kept back | paid |", "|---|---|---|---|---|", *lines))
    for order in state.refused:
        yield f"{order.does} to {order.payee} refused: {order.refusal}."
    for order in state.returned:
        yield f"{order.amount} of {order.payee} came back: somebody has reversed the transfer at Stripe."
    if wanted := steps(state):
        yield "Next: " + ", ".join(step.name for step in wanted) + "."
