"""`pavilion demo`: a simulated tournament, and a simulated match, played through a running stack."""

import asyncio
import re
import time
from collections import Counter
from subprocess import CompletedProcess
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiohttp import ClientSession

from contracts.topics import WICKET_EVENTS
from contracts.work import session_stream_id
from domain.match.card_lines import Card
from stack.stack import Stack
from tests.e2e.conftest import Pavilion, report_of
from tests.e2e.store import query, versions_in_kafka
from tests.event_schemas import faults

TEAMS, LEAGUE, PLAYOFFS = 4, 12, 4
MATCHES = LEAGUE + PLAYOFFS
TOURNAMENT_SECONDS = 400

pytestmark = pytest.mark.timeout(TOURNAMENT_SECONDS + 60)
"""The first test waits for the servers and for a whole tournament."""


@pytest.fixture(scope="module")
def ended(pavilion: Pavilion) -> "CompletedProcess[str]":
    """A demo of a small tournament, which ended well."""
    done = pavilion("demo", "--teams", TEAMS, "--seed", 1, "--json", seconds=TOURNAMENT_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def report(ended: "CompletedProcess[str]") -> dict[str, Any]:
    """What it came to, for machines."""
    return report_of(ended)


@pytest.fixture(scope="module")
def said(ended: "CompletedProcess[str]") -> str:
    """What it said meanwhile and afterwards, for people."""
    return ended.stderr


@pytest.fixture(scope="module")
def shown(pavilion: Pavilion) -> str:
    """What a demo of one match printed."""
    done = pavilion("demo", "--match", "--seed", 1, "--speed", 0)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def events_of(stack: Stack, streams: list[UUID], type_name: str) -> list[dict[str, Any]]:
    statement = "select data::text from event where stream_id = any($1) and type = $2"
    return [msgspec.json.decode(data) for (data,) in await query(stack, statement, streams, type_name)]


async def matches_of(stack: Stack, report: dict[str, Any]) -> list[UUID]:
    statement = "select match_id from rm_fixture where tournament_id = $1"
    return [match for (match,) in await query(stack, statement, UUID(report["tournament"]))]


# --- the tournament


def test_every_match_is_played_and_every_card_is_the_engines_own(report: dict[str, Any]) -> None:
    assert (report["matches"], report["cards_checked"], report["cards_wrong"]) == (MATCHES, MATCHES, [])


def test_all_meet_twice(report: dict[str, Any]) -> None:
    rows = report["standings"]
    assert [row["played"] for row in rows] == [2 * (TEAMS - 1)] * TEAMS
    assert sum(row["points"] for row in rows) == 2 * LEAGUE


def test_the_winner_of_the_final_is_champion(report: dict[str, Any]) -> None:
    assert [match["name"] for match in report["bracket"]] == [
        *("Qualifier 1", "Eliminator", "Qualifier 2", "Final"),
    ]
    assert report["bracket"][-1]["winner"] == report["champion"]


async def test_its_table_is_the_read_models(report: dict[str, Any], stack: Stack) -> None:
    statement = "select view::text from rm_tournament_view where tournament_id = $1 and name = 'standings'"
    ((view,),) = await query(stack, statement, UUID(report["tournament"]))
    assert msgspec.json.decode(view)["tables"][0]["rows"] == report["standings"]


async def test_its_fixtures_overlap_nowhere(report: dict[str, Any], stack: Stack) -> None:
    (fixtures,) = await events_of(stack, [UUID(report["tournament"])], "FixturesSet")
    taken = Counter((place["ground"], place["starts_at"]) for place in fixtures["placements"])
    assert (len(fixtures["placements"]), set(taken.values())) == (MATCHES, {1})


async def test_results_are_confirmed_by_captains_by_referees_and_by_time(
    report: dict[str, Any], stack: Stack
) -> None:
    sessions = [session_stream_id(match) for match in await matches_of(stack, report)]
    made = Counter(event["by"] for event in await events_of(stack, sessions, "ResultMadeOfficial"))
    assert set(made) == {"captains", "referee", "window"}
    assert made.total() == MATCHES


async def test_rain_costs_overs_and_revises_the_target(report: dict[str, Any], stack: Stack) -> None:
    (revised,) = await events_of(stack, await matches_of(stack, report), "TargetRevised")
    assert f"the target is now {revised['runs']}" in report["happened"]["rain"]
    assert re.search(r"[1-9] overs lost", report["happened"]["rain"])


async def test_a_match_is_level_and_goes_to_a_super_over(report: dict[str, Any], stack: Stack) -> None:
    innings = await events_of(stack, await matches_of(stack, report), "InningsStarted")
    assert any(one.get("super_over") for one in innings)
    assert "Super Over" in report["happened"]["super over"]


async def test_a_corrected_ball_turns_a_result_that_was_official(
    report: dict[str, Any], stack: Stack
) -> None:
    tournament = [UUID(report["tournament"])]
    (applied,) = await events_of(stack, tournament, "CorrectionApplied")
    results = await events_of(stack, tournament, "ResultRecorded")
    (before,) = (result for result in results if result["node"] == applied["node"])
    assert applied["winner"] == before["loser"]


def test_it_says_what_happens_as_it_happens(said: str) -> None:
    for words in (
        "enter with 15 players",
        "drawn by the published seed",
        "fixtures by CP-SAT",
        "is playoffs",
    ):
        assert words in said
    assert len(re.findall(r"^\d+ \w+  .* won .* against ", said, re.MULTILINE)) == MATCHES


def test_it_ends_with_card_table_bracket_champion_and_counts(said: str, report: dict[str, Any]) -> None:
    for words in (
        "Pavilion Trophy · 2026 · Final",
        "above the next by",
        "Qualifier 1",
        f"Champion: {report['champion']}",
        f"all {MATCHES} cards are the engine's own",
        "/docs",
        "Temporal UI",
        f"/v1/tournaments/{report['tournament']}",
        "TOKEN=$(",
        "make down",
    ):
        assert words in said


async def test_it_counts_the_messages_of_its_matches_in_kafka(
    said: str, report: dict[str, Any], stack: Stack
) -> None:
    sent = await versions_in_kafka(stack, WICKET_EVENTS, await matches_of(stack, report))
    messages = sum(len(versions) for versions in sent.values())
    assert re.search(rf"^{WICKET_EVENTS.name} +[\d,]+ +{messages}$", said, re.MULTILINE)


# --- its money

FEE, HALF = 2_500_000, 1_250_000


async def test_every_kind_of_event_that_was_stored_fits_its_committed_schema(
    report: dict[str, Any], stack: Stack
) -> None:
    statement = """
      select stream_kind, type, schema_version, data::text from (
        select *, row_number() over (partition by stream_kind, type order by position desc) as nth from event) e
      where nth <= 100
    """
    stored = await query(stack, statement)
    assert {"match", "session", "tournament", "payment", "payout"} <= {kind for kind, *_ in stored}
    assert [
        fault for kind, name, version, data in stored for fault in faults(kind, name, data, version)
    ] == []


def test_every_place_is_paid_for_and_who_left_is_not_charged(report: dict[str, Any]) -> None:
    payments = report["money"]["payments"]
    statuses = Counter(payment["status"] for payment in payments.values())
    assert statuses == {"confirmed": TEAMS, "refunded": 1, "cancelled": 1}
    assert payments["saltmarsh-swifts"]["paid"] is None
    assert payments["pinewood-panthers"]["given_back"]["amount"] == HALF
    assert sum(payment["paid"]["amount"] for payment in payments.values() if payment["paid"]) == (
        (TEAMS + 1) * FEE
    )


def test_prizes_are_what_is_due_of_the_fees_and_the_champion_has_the_first(report: dict[str, Any]) -> None:
    prizes = report["money"]["prizes"]
    pool = (TEAMS * FEE + HALF) * 70 // 100
    assert [prize["won"]["amount"] for prize in prizes] == [pool * share // 100 for share in (60, 25, 15)]
    assert all(prize["paid"] == prize["won"] for prize in prizes)
    assert prizes[0]["name"] == report["champion"]


def test_the_organiser_gets_what_is_left(report: dict[str, Any]) -> None:
    money = report["money"]
    left = {row["account"]: row["balance"]["amount"] for row in money["ledger"]}
    assert money["organiser"]["paid"] == money["organiser"]["due"]
    assert money["organiser"]["paid"]["amount"] > 0
    assert left["stripe_balance"] == 0


def test_its_ledger_sums_to_zero_and_is_what_stripe_has(report: dict[str, Any]) -> None:
    money = report["money"]
    assert money["wrong"] == []
    assert sum(row["balance"]["amount"] for row in money["ledger"]) == 0
    assert money["balance_in_ledger"] == money["balance_at_stripe"]


async def test_its_ledger_is_the_one_in_the_store(report: dict[str, Any], stack: Stack) -> None:
    of_this = "select account, sum(amount)::bigint from ledger_posting where account like $1 group by account"
    stored = dict(await query(stack, of_this, f"%/{report['tournament']}%"))
    shown = {row["account"]: row["balance"]["amount"] for row in report["money"]["ledger"]}
    assert stored.items() <= shown.items()
    assert len(stored) == len(shown) - 1  # Stripe's balance is the whole league's


def test_it_tells_what_happens_with_money(said: str) -> None:
    for words in (
        "the card was declined (insufficient funds), another is tried",
        "Saltmarsh Swifts gave up before they had paid",
        "they are offered the place of Saltmarsh Swifts and accept",
        "Pinewood Panthers withdrew, and have 12,500.00 INR back: 50 % of their fee",
        "approved by the treasurer",
        "approved by the owner",
        "the organiser has got",
        "Ledger of the tournament",
        "the books sum to zero",
        "the simulator's balance is the ledger's, to the cent",
    ):
        assert words in said
    assert len(re.findall(r"have paid 25,000.00 INR; the place is theirs", said)) == TEAMS + 1
    assert len(re.findall(r"have got [\d,.]+ INR for place [123]", said)) == 3


async def in_the_dashboard(stack: Stack, path: str, **said: object) -> dict[str, Any]:
    """Somebody does something at Stripe without us."""
    url, key = stack.addresses().stripe_url or "", {"Authorization": "Bearer sk_test_dashboard"}
    form = {name: str(value) for name, value in said.items()}
    async with ClientSession() as session, session.post(url + path, data=form, headers=key) as answer:
        done = await answer.json()
    assert answer.status == 200, done
    return done


def reconciled(pavilion: Pavilion) -> tuple[int, dict[str, Any]]:
    """Exit code and report of `pavilion reconcile`. Beside this, other tests kill the Temporal of the stack."""
    deadline = time.monotonic() + 120
    while True:
        done = pavilion("reconcile", "--settle", 2, "--json")
        if "can't be reached" not in done.stderr or time.monotonic() > deadline:
            return done.returncode, report_of(done)


async def test_what_is_done_behind_our_back_is_found_by_reconciliation(
    report: dict[str, Any], stack: Stack, pavilion: Pavilion
) -> None:
    payments = report["money"]["payments"].values()
    ours = {f"payout/{report['tournament']}", *(f"payment/{payment['id']}" for payment in payments)}
    _, quiet = reconciled(pavilion)
    assert quiet["compared"] >= len(ours)
    assert [case for case in quiet["opened"] if case["subject"] in ours] == []

    paid = next(payment for payment in payments if payment["status"] == "confirmed")
    await in_the_dashboard(stack, "/v1/refunds", payment_intent=paid["intent"], amount=100)
    card = {"payment_method": "pm_card_visa", "confirm": "true", "return_url": "https://example.com/paid"}
    strange = await in_the_dashboard(stack, "/v1/payment_intents", amount=4200, currency="inr", **card)
    exit_code, found = reconciled(pavilion)
    assert (exit_code, found["differing"] > 0) == (3, True)
    opened = "select kind, subject from reconciliation_case where detail like $1"
    ((kind, line),) = await query(stack, opened, f"%{strange['latest_charge']}%")
    assert kind == "unexplained"
    booked = "select kind from ledger_transaction where key like $1"
    assert await query(stack, booked, f"stripe/{line}") == [("unexplained",)]
    taken_in = f"{booked} and kind = 'refund made outside'"
    async with asyncio.timeout(60):
        while await query(stack, taken_in, f"{paid['id']}/%") != [("refund made outside",)]:
            await asyncio.sleep(0.1)


# --- one match


async def test_the_card_of_one_match_is_the_read_models(shown: str, stack: Stack) -> None:
    match = re.search(r"/v1/matches/([0-9a-f-]{36})$", shown, re.MULTILINE)
    assert match is not None
    ((text,),) = await query(stack, "select card::text from rm_match_card where match_id = $1", match[1])
    card = msgspec.json.decode(text, type=Card)
    for innings in card.innings:
        assert re.search(rf"^{innings.title} +{innings.score} \({innings.overs}\D", shown, re.MULTILINE)
    assert card.result is not None
    assert card.status in shown


def test_it_counts_the_messages_of_one_match_in_kafka(shown: str) -> None:
    events = re.search(r"(\d+) events through", shown)
    assert events is not None
    assert re.search(rf"^ssl\.scoring\.ball-events +[\d,]+ +{events[1]}$", shown, re.MULTILINE)


def test_a_match_ends_with_urls_a_token_and_how_to_stop(shown: str) -> None:
    for words in ("/docs", "Temporal UI", "TOKEN=$(", "pavilion replay", "make down"):
        assert words in shown


def test_a_speed_is_for_one_match_only(pavilion: Pavilion) -> None:
    done = pavilion("demo", "--speed", 3)
    assert done.returncode == 2
    assert "--match" in done.stderr
