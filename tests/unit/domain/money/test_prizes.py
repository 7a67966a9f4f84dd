"""How prize money is shared out by final rank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match.errors import CommandRefused
from domain.money.currency import CURRENCIES
from domain.money.money import Money, total
from domain.money.prizes import WHOLE, Award, Prize, PrizeRules, Remainder, pool_of, refuse_if_invalid, split

RANKING = [("rcb",), ("csk",), ("mi", "kkr"), ("srh",)]


def inr(amount: int) -> Money:
    return Money(amount, "inr")


def shares(*percents: int, remainder: Remainder = Remainder.LEAGUE) -> PrizeRules:
    prizes = tuple(Prize(rank=rank, share=100 * percent) for rank, percent in enumerate(percents, start=1))
    return PrizeRules(prizes=prizes, remainder=remainder)


def amounts(awards: tuple[Award, ...]) -> dict[str, int]:
    return {award.team: award.amount.amount for award in awards}


def test_a_pool_is_shared_out_by_rank() -> None:
    found = split(shares(50, 30, 20), inr(100_000), RANKING)
    assert amounts(found.awards) == {"rcb": 50_000, "csk": 30_000, "mi": 10_000, "kkr": 10_000}
    assert [award.rank for award in found.awards] == [1, 2, 3, 3]
    assert found.kept == inr(0)


def test_level_teams_share_the_prizes_of_the_ranks_they_take() -> None:
    found = split(shares(40, 30, 20, 10), inr(1_001), [("rcb",), ("csk",), ("mi", "kkr")])
    assert amounts(found.awards) == {"rcb": 401, "csk": 300, "mi": 150, "kkr": 150}
    found = split(shares(60, 30, 10), inr(1_000), [("rcb", "csk", "mi")])
    assert amounts(found.awards) == {"rcb": 334, "csk": 333, "mi": 333}
    assert {award.rank for award in found.awards} == {1}


def test_fixed_sums_come_before_shares() -> None:
    rules = PrizeRules(
        prizes=(Prize(rank=1, fixed=inr(700), share=5_000), Prize(rank=2, fixed=inr(100), share=5_000))
    )
    assert amounts(split(rules, inr(1_000), RANKING).awards) == {"rcb": 800, "csk": 200}


def test_fixed_sums_are_paid_from_the_top_as_far_as_the_pool_goes() -> None:
    rules = PrizeRules(prizes=tuple(Prize(rank=rank, fixed=inr(400)) for rank in (1, 2, 3)), fees_percent=50)
    assert amounts(split(rules, inr(1_000), RANKING).awards) == {
        "rcb": 400,
        "csk": 400,
        "mi": 100,
        "kkr": 100,
    }
    assert amounts(split(rules, inr(500), RANKING).awards) == {"rcb": 400, "csk": 100}


@pytest.mark.parametrize(
    ("remainder", "won", "kept"),
    [
        (Remainder.LEAGUE, {"rcb": 501, "csk": 300}, 200),
        (Remainder.WINNER, {"rcb": 701, "csk": 300}, 0),
        (Remainder.SHARED, {"rcb": 626, "csk": 375}, 0),
    ],
)
def test_what_nobody_won_goes_where_the_rules_say(
    remainder: Remainder, won: dict[str, int], kept: int
) -> None:
    found = split(shares(50, 30, 20, remainder=remainder), inr(1_001), [("rcb",), ("csk",)])
    assert amounts(found.awards) == won
    assert found.kept == inr(kept)


@pytest.mark.parametrize("remainder", Remainder)
def test_without_prizes_the_league_keeps_all_but_what_the_winner_takes(remainder: Remainder) -> None:
    found = split(PrizeRules(remainder=remainder), inr(500), RANKING)
    assert amounts(found.awards) == ({"rcb": 500} if remainder is Remainder.WINNER else {})


def test_without_teams_or_without_money_there_are_no_awards() -> None:
    assert split(shares(100), inr(500), []).kept == inr(500)
    assert split(shares(100), inr(0), RANKING).awards == ()


def test_the_pool_is_a_sum_and_a_part_of_the_fees() -> None:
    assert pool_of(PrizeRules(pool=inr(1_000), fees_percent=25), inr(203)) == inr(1_050)
    assert pool_of(PrizeRules(), inr(203)) == inr(0)


@pytest.mark.parametrize(
    "rules",
    [
        shares(60, 41),
        PrizeRules(prizes=(Prize(rank=1), Prize(rank=1))),
        PrizeRules(prizes=(Prize(rank=0, share=5),)),
        PrizeRules(prizes=(Prize(rank=1, share=-5),)),
        PrizeRules(fees_percent=101),
        PrizeRules(pool=Money(5, "jpy")),
        PrizeRules(pool=inr(-5)),
        PrizeRules(pool=inr(500), prizes=(Prize(rank=1, fixed=inr(501)),)),
        PrizeRules(prizes=(Prize(rank=1, fixed=inr(1)),)),
    ],
)
def test_rules_that_promise_more_than_there_is_are_refused(rules: PrizeRules) -> None:
    with pytest.raises(CommandRefused) as refused:
        refuse_if_invalid(rules, "inr")
    assert refused.value.code == "prizes_invalid"


def test_a_prize_is_an_amount_that_can_be_transferred() -> None:
    with pytest.raises(CommandRefused):
        refuse_if_invalid(PrizeRules(pool=Money(5_124, "kwd")), "kwd")
    refuse_if_invalid(PrizeRules(pool=Money(5_120, "kwd")), "kwd")


@st.composite
def rulings(draw: st.DrawFn) -> tuple[PrizeRules, Money, list[tuple[str, ...]]]:
    currency = draw(st.sampled_from(["inr", "jpy", "kwd", "isk", "huf"]))
    step = CURRENCIES[currency].step
    left, prizes = WHOLE, list[Prize]()
    for rank in sorted(draw(st.sets(st.integers(1, 8), max_size=6))):
        share = draw(st.integers(0, left))
        left -= share
        fixed = draw(st.none() | st.integers(0, 10**6).map(lambda n: Money(n * step, currency)))
        prizes.append(Prize(rank=rank, share=share, fixed=fixed))
    sizes = draw(st.lists(st.integers(1, 3), max_size=6))
    teams = iter(range(100))
    ranking = [tuple(f"team-{next(teams)}" for _ in range(size)) for size in sizes]
    rules = PrizeRules(prizes=tuple(prizes), fees_percent=50, remainder=draw(st.sampled_from(Remainder)))
    return rules, Money(draw(st.integers(0, 10**7)) * step, currency), ranking


@given(rulings())
def test_no_cent_is_lost(ruling: tuple[PrizeRules, Money, list[tuple[str, ...]]]) -> None:
    rules, pool, ranking = ruling
    refuse_if_invalid(rules, pool.currency)
    found = split(rules, pool, ranking)
    assert total((award.amount for award in found.awards), pool.currency) + found.kept == pool
    assert found.kept.amount >= 0
    assert all(award.amount.amount > 0 for award in found.awards)
    assert all(award.amount.amount % pool.unit.step == 0 for award in found.awards)
    assert len({award.team for award in found.awards}) == len(found.awards)


@given(rulings())
def test_teams_of_one_rank_win_the_same_to_a_step(
    ruling: tuple[PrizeRules, Money, list[tuple[str, ...]]],
) -> None:
    rules, pool, ranking = ruling
    won = amounts(split(rules, pool, ranking).awards)
    for level in ranking:
        parts = [won.get(team, 0) for team in level]
        assert max(parts) - min(parts) <= pool.unit.step
