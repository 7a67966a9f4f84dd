"""Every command of tournaments, sessions and payments can be sent, or follows by itself."""

import json
from typing import Any

import msgspec
import pytest

from api.errors import Problem
from api.payment import commands as payments
from api.session import commands as sessions
from api.tournament import commands as tournaments
from api.tournament.bodies import TournamentBody, invitation_secret, token_hash
from api.wire import WireBody
from contracts.codec import PAYMENT, SESSION, TOURNAMENT, decode_command
from contracts.wire import Wire
from domain.match.conditions import IPL_2023
from domain.payment.commands import PaymentCommand
from domain.session.commands import SessionCommand
from domain.tournament.format.model import Format
from domain.tournament.format.presets import PRESETS
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.commands import TournamentCommand
from domain.tournament.table_rules import ICC_WORLD_CUP

KINDS = {TOURNAMENT: tournaments, SESSION: sessions, PAYMENT: payments}
ROWS = [(kind, row) for kind, feature in KINDS.items() for row in feature.COMMANDS]
SAID = {"deadline": "roster lock", "team": "rcb", "node": "final", "person": "menon", "what": "result"}
CREATION = TournamentBody()


def named(value: Any) -> str:
    return value if isinstance(value, str) else value.operation


def test_every_command_of_a_tournament_can_be_sent_or_follows_by_itself() -> None:
    sent = {row.command for row in tournaments.COMMANDS}
    assert not sent & (tournaments.OWN | tournaments.BY_ITSELF)
    assert sent | tournaments.OWN | tournaments.BY_ITSELF == set(TournamentCommand.__args__)


def test_every_command_of_a_session_can_be_sent_or_follows_by_itself() -> None:
    sent = {row.command for row in sessions.COMMANDS}
    assert not sent & sessions.BY_ITSELF
    assert sent | sessions.BY_ITSELF == set(SessionCommand.__args__)


def test_every_command_of_a_payment_can_be_sent_or_follows_by_itself() -> None:
    sent = {row.command for row in payments.COMMANDS}
    assert not sent & payments.BY_ITSELF
    assert sent | payments.BY_ITSELF == set(PaymentCommand.__args__)


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_the_examples_are_commands(kind: str, row: Any) -> None:
    data = WireBody(row, "").decode(json.dumps(row.example).encode(), None)  # type: ignore[arg-type]
    data |= {name: SAID[name] for name in row.addressed}
    if row.caller:
        data[row.caller] = "somebody"
    assert isinstance(decode_command(kind, row.command.__name__, data), row.command)


@pytest.mark.parametrize(("row", "name"), [(row, name) for _, row in ROWS for name in row.unsaid], ids=named)
def test_what_the_address_the_caller_or_the_clock_says_is_not_in_the_body(row: Any, name: str) -> None:
    with pytest.raises(Problem) as caught:
        WireBody(row, "").decode(json.dumps({**row.example, name: "x"}).encode(), None)  # type: ignore[arg-type]
    assert caught.value.code == "invalid_body"


def create(**settings: Any) -> Any:
    """The command of a creation with these settings."""
    body = {"name": "Cup", "settings": {"format": "ipl", **settings}}
    return decode_command(TOURNAMENT, "CreateTournament", CREATION.decode(json.dumps(body).encode())[1])


def test_presets_by_name() -> None:
    settings = create(conditions="ipl-2023", table_rules="icc-world-cup").settings
    assert settings.format == PRESETS["ipl"]
    assert settings.conditions == IPL_2023
    assert settings.table_rules == ICC_WORLD_CUP


@pytest.mark.parametrize("name", PRESETS)
def test_every_format_can_be_sent_whole(name: str) -> None:
    whole = msgspec.to_builtins(Wire([Format], strict=True).plain(PRESETS[name]))
    assert create(format=whole).settings.format == PRESETS[name]


def test_rules_of_ones_own() -> None:
    rules = {"name": "own", "points": {"win": 4, "bonus": {"ratio": "5/4"}}, "order": ["points", "wins"]}
    points = create(table_rules=rules).settings.table_rules.points
    assert (points.win, points.bonus.ratio) == (4, 5 / 4)


@pytest.mark.parametrize(
    ("settings", "param"),
    [
        ({"format": "knock-out"}, "settings.format"),
        (
            {"format": {"name": "x", "stages": [{"kind": "lottery", "name": "x"}]}},
            "settings.format.stages[0].kind",
        ),
        ({"registration": {"capacity": 0}}, "settings.registration.capacity"),
        ({"deadlines": {"tea": "2026-01-01T00:00:00Z"}}, "settings.deadlines"),
        ({"deadlines": {"roster lock": "2026-01-01T00:00:00"}}, "settings.deadlines"),
        ({"table_rules": {"name": "x", "points": {"bonus": {"ratio": "1/0"}}, "order": []}}, None),
        ({"colour": "red"}, "settings"),
    ],
)
def test_settings_nobody_can_play_by(settings: dict[str, Any], param: str | None) -> None:
    with pytest.raises(Problem) as caught:
        create(**settings)
    assert caught.value.code == "invalid_body"
    if param:
        assert caught.value.members["param"].startswith(param)


def test_only_the_hash_of_an_invitations_secret_is_sent_on() -> None:
    secret = invitation_secret(b"key", "tenant", "tournament", "rcb", "once")
    assert secret == invitation_secret(b"key", "tenant", "tournament", "rcb", "once")
    assert secret != invitation_secret(b"other key", "tenant", "tournament", "rcb", "once")
    row = next(row for row in tournaments.COMMANDS if row.command is c.AcceptInvitation)
    data = WireBody(row, "").decode(json.dumps({"token": secret}).encode(), None)  # type: ignore[arg-type]
    assert data == {"token_hash": token_hash(secret)}
