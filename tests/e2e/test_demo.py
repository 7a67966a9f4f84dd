"""`pavilion demo`: a simulated match, played through a running stack."""

import re

import msgspec

from domain.match.card_lines import Card
from stack.stack import Stack
from tests.e2e.conftest import Pavilion
from tests.e2e.store import query


async def test_the_card_it_prints_is_the_read_models(pavilion: Pavilion, stack: Stack) -> None:
    done = pavilion("demo", "--seed", 1, "--speed", 0)

    assert done.returncode == 0, done.stdout + done.stderr
    match = re.search(r"/v1/matches/([0-9a-f-]{36})$", done.stdout, re.MULTILINE)
    assert match is not None
    ((text,),) = await query(stack, "select card::text from rm_match_card where match_id = $1", match[1])
    card = msgspec.json.decode(text, type=Card)
    for innings in card.innings:
        assert re.search(rf"^{innings.title} +{innings.score} \({innings.overs}\D", done.stdout, re.MULTILINE)
    assert card.result is not None
    assert card.status in done.stdout


async def test_it_counts_the_matchs_messages_in_kafka_and_ends_with_what_to_try(pavilion: Pavilion) -> None:
    done = pavilion("demo", "--seed", 1, "--speed", 0)

    events = re.search(r"(\d+) events through", done.stdout)
    assert events is not None
    assert re.search(rf"^ssl\.scoring\.ball-events +[\d,]+ +{events[1]}$", done.stdout, re.MULTILINE)
    assert done.stdout.count("pavilion token") == 1
    assert "/docs" in done.stdout
    assert "make down" in done.stdout
