"""`pavilion demo`: a simulated match, played through a running stack."""

import re

import msgspec
import pytest

from domain.match.card_lines import Card
from stack.stack import Stack
from tests.e2e.conftest import Pavilion
from tests.e2e.store import query


@pytest.fixture(scope="module")
def shown(pavilion: Pavilion) -> str:
    """What a demo printed."""
    done = pavilion("demo", "--seed", 1, "--speed", 0)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_the_card_it_prints_is_the_read_models(shown: str, stack: Stack) -> None:
    match = re.search(r"/v1/matches/([0-9a-f-]{36})$", shown, re.MULTILINE)
    assert match is not None
    ((text,),) = await query(stack, "select card::text from rm_match_card where match_id = $1", match[1])
    card = msgspec.json.decode(text, type=Card)
    for innings in card.innings:
        assert re.search(rf"^{innings.title} +{innings.score} \({innings.overs}\D", shown, re.MULTILINE)
    assert card.result is not None
    assert card.status in shown


def test_it_counts_the_messages_of_the_match_in_kafka(shown: str) -> None:
    events = re.search(r"(\d+) events through", shown)
    assert events is not None
    assert re.search(rf"^ssl\.scoring\.ball-events +[\d,]+ +{events[1]}$", shown, re.MULTILINE)


def test_it_ends_with_urls_a_token_and_how_to_stop(shown: str) -> None:
    for said in ("/docs", "Temporal UI", "TOKEN=$(", "pavilion replay", "make down"):
        assert said in shown
