"""The read model of a payout: the row that its list shows."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.payout.decide import decide
from domain.payout.evolve import fold, initial
from projections.payout import PayoutFold
from tests.unit.domain.payout.purse import ANN, CUP, NO_DISPUTE, NOW, PAYOUT, SMALL, owes

LEAGUE, RECORDED = UUID(int=1), datetime(2027, 6, 2, tzinfo=UTC)


def folded() -> PayoutFold:
    """Proposed, a debt of 250 kept back, approved; an event a minute."""
    payout, state = PayoutFold(LEAGUE, PAYOUT), initial()
    for command in (SMALL, NO_DISPUTE, None, ANN):
        for event in decide(state, command or owes(state, rcb=250), NOW):
            payout.apply(event, RECORDED + timedelta(minutes=state.version))
            state = fold([event], state)
    return payout


def test_the_row_says_whose_it_is_and_where_it_stands() -> None:
    row = folded().changes()
    assert (row.tenant_id, row.payout_id, row.tournament_id) == (LEAGUE, PAYOUT, CUP)
    assert (row.status, row.version, row.created_at) == ("paying", 6, RECORDED)


def test_a_share_shows_what_was_won_and_what_of_it_was_kept_back() -> None:
    first = json.loads(folded().changes().document)["shares"][0]
    assert (first["payee"], first["won"]["amount"], first["set_off"]["amount"]) == ("rcb", 600, 250)


def test_what_is_kept_stands_in_the_read_model() -> None:
    payout = folded()
    assert payout.written_version < payout.version
    payout.keep()
    assert payout.written_version == payout.version
