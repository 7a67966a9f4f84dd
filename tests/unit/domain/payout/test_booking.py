"""What a payout's events put into the books."""

from domain.payout import commands as c
from tests.unit.domain.payout.purse import ANN, BOB, NO_DISPUTE, SMALL, balances, propose, told


def test_a_prize_is_owed_until_it_is_sent() -> None:
    begun = (SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    assert balances(told(*begun)) == {"prizes": 1_000, "prizes_payable/csk": -400, "stripe_balance": -600}


def test_a_prize_to_be_given_back_is_a_debt_until_it_is() -> None:
    begun = (SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    arrived = (*begun, c.ObserveTransfer(number=2, transfer="tr_2"), propose(rcb=100, csk=400), BOB)
    assert balances(told(*arrived))["receivable/rcb"] == 500
    refused = (*arrived, c.NoteOrderRefused(number=3, code="balance_insufficient"))
    assert balances(told(*refused))["receivable/rcb"] == 500
    assert balances(told(*arrived, c.ObserveReversal(number=3, reversal="trr_1"))) == {
        "prizes": 500,
        "stripe_balance": -500,
    }


def test_a_prize_won_again_is_no_debt_any_more() -> None:
    begun = (SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    reclaimed = (*begun, c.ObserveTransfer(number=2, transfer="tr_2"), propose(rcb=100, csk=400), BOB)
    kept = (*reclaimed, c.NoteOrderRefused(number=3, code="balance_insufficient"), SMALL)
    assert balances(told(*kept)) == {"prizes": 1_000, "stripe_balance": -1_000}
