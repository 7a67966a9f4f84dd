"""What tournaments, match days and payments tell, over Kafka, to the mails and inboxes of those it concerns."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.codec import PAYMENT, SESSION, TOURNAMENT, WEBHOOK
from contracts.topics import dead_letters
from domain.match import commands as m
from domain.money.money import Money
from domain.payment import events as p
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as t
from domain.webhook import events as w
from stack.mail_sink.server import Running
from tests.integration.notifications.given import League, Match, Notifier, Person
from tests.integration.notifications.hearing import eventually, follower_of, mails
from tests.integration.notifications.stored import append
from tests.unit.domain.session.day import DISPUTE, Day, proposed
from tests.unit.domain.tournament.lifecycle.organiser import DAY, HOUR, enter, moved, one_a_day, opened
from tests.unit.projections.test_payment import CREATED, FEE, REQUESTED, TERMS


async def hears(league: League, sink: Running, person: Person, *kinds: str) -> None:
    """These are in somebody's inbox, and each has gone out by mail."""

    async def both() -> bool:
        return sorted(await league.told(person)) == sorted(kinds) and len(mails(sink, person)) == len(kinds)

    await eventually(both)


async def nothing_is_dead(notifier: Notifier) -> None:
    assert await notifier.broker.read(dead_letters("notifier")) == []


async def test_a_tournament_moves_a_match_and_offers_a_place(
    league: League, notifier: Notifier, sink: Running
) -> None:
    cup, now = uuid4(), datetime.now(UTC)
    full = opened(capacity=4)
    full.now = now
    full.do(*(enter(team) for team in "abcde"), c.WithdrawEntry(team="a"))
    other, drawn = uuid4(), opened(capacity=4)
    drawn.do(*(enter(team) for team in "abcd"), c.CloseRegistration(), c.DrawTournament(seeds=tuple("abcd")))
    drawn.do(c.SetFixtures(placements=one_a_day(drawn, now + 30 * DAY)))
    first = drawn.match(drawn.state.drawn.nodes[0].id).placement
    assert first is not None
    drawn.do(c.MoveFixtures(placements=(moved(first, first.starts_at + HOUR),), reason="rain"))
    captain = await follower_of(league, grants=["captain@team:e"])
    follower = await follower_of(league, f"tournament:{other}", f"tournament:{cup}")
    async with notifier.at_work():
        await append(league.owner, league.id, TOURNAMENT, cup, full.history)
        await append(league.owner, league.id, TOURNAMENT, other, drawn.history)
        await hears(league, sink, captain, "waitlist_offer")
        await hears(league, sink, follower, "fixture_moved")
    await nothing_is_dead(notifier)


async def test_a_match_day_tells_of_its_toss_and_of_a_dispute_and_the_match_of_its_result(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=40)  # so the toss is in ten minutes
    day, disputed = Day(starts_at=soon), proposed()
    disputed.do(DISPUTE)
    follower, referee = (
        await follower_of(league, "team:A", "team:c"),
        await follower_of(league, grants=["referee"]),
    )
    await match.begin()
    async with notifier.at_work():
        await append(league.owner, league.id, SESSION, uuid4(), day.events)
        await hears(league, sink, follower, "toss_soon")
        await append(league.owner, league.id, SESSION, uuid4(), disputed.events)
        await hears(league, sink, referee, "result_disputed")
        await match.do(m.AwardMatch(winner="b", reason="Castle Hill have gone home"))
        await hears(league, sink, follower, "toss_soon", "result")
    await nothing_is_dead(notifier)


async def test_an_endpoint_that_was_given_up_is_told_to_who_runs_the_league_and_one_switched_off_to_nobody(
    league: League, notifier: Notifier, sink: Running
) -> None:
    now, origin = datetime.now(UTC), "https://hooks.example.org"
    made = w.WebhookEndpointCreated(
        origin=origin, event_types=(), tournaments=(), matches=(), ordered=False, at=now
    )
    reasons: dict[w.Because, datetime | None] = {"by_hand": None, "gone": None, "failing": now - 5 * DAY}
    owner, admin, organiser = [
        await follower_of(league, "tenant:", grants=[role]) for role in ("owner", "admin", "organiser")
    ]
    async with notifier.at_work():
        for because, since in reasons.items():
            disabled = w.WebhookEndpointDisabled(origin=origin, because=because, failing_since=since, at=now)
            await append(league.owner, league.id, WEBHOOK, uuid4(), [made, disabled])
        await hears(league, sink, owner, "webhooks_failed", "webhooks_unwanted")
        await hears(league, sink, admin, "webhooks_failed", "webhooks_unwanted")
    assert await league.told(organiser) == []
    await nothing_is_dead(notifier)


async def test_a_payment_tells_of_money_that_came_that_goes_back_and_that_was_taken(
    league: League, notifier: Notifier, sink: Running
) -> None:
    """Who leads the team the tournament knows; they have no role in the league."""
    now, captain = datetime.now(UTC), await follower_of(league)
    cup = opened().do(enter("rcb"))
    appointed = t.CaptainAppointed(team="rcb", captain=str(captain.id))
    await append(league.owner, league.id, TOURNAMENT, TERMS.tournament, [*cup.history, appointed])
    treasurer, stranger = (
        await follower_of(league, grants=["treasurer"]),
        await follower_of(league, "tenant:", "team:rcb"),
    )
    paid = p.PaymentSucceeded(charge="ch_1", amount=FEE, fee=None, balance_transaction=None, at=now)
    half = Money(FEE.amount // 2, "inr")
    back = p.RefundIssued(refund="re_1", number=None, amount=half, at=now)
    taken = p.DisputeOpened(dispute="dp_1", amount=half, fee=half, reason="fraudulent", at=now)
    async with notifier.at_work():
        await append(league.owner, league.id, PAYMENT, uuid4(), [REQUESTED, CREATED, paid, back, taken])
        await hears(league, sink, treasurer, "payment_received", "refund", "payment_disputed")
        await hears(league, sink, captain, "payment_received", "refund")
    assert await league.told(stranger) == []
    await nothing_is_dead(notifier)
