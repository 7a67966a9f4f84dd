"""What must happen in the demo: a match that ends level, one that is rained on, one that is corrected later."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from cli.client import PavilionClient
from cli.simulator import Simulator
from contracts.codec import decode
from domain.match import decide, evolve, initial
from domain.match.commands import (
    CorrectBall,
    CreateMatch,
    InterruptPlay,
    MatchCommand,
    RecordBall,
    ResumePlay,
)
from domain.match.state import Innings, MatchState
from handlers.match import Ack

RAIN_SECONDS = 0.35
"""How long it rains: some overs, by the clock of the demo."""
RAIN_AFTER_OVERS = 4
REVISION_SECONDS = 30.0
"""How long the session may take to have the target revised."""
WAIT_SECONDS = 0.05
OFF_THE_BAT = (0, 1, 2, 3, 4, 6)
MOST_A_BALL = 4
"""Runs off each ball left that can still be made up."""

Told = Callable[[Ack], None]


# --- level scores ------------------------------------------------------------------------------------------


def level_match(simulator: Callable[[int], Simulator], first_seed: int) -> list[MatchCommand]:
    """A match whose innings end level, so that Super Overs decide it: the first seed by which it comes to that."""
    for seed in count(first_seed):
        commands, state = _played(simulator(seed))
        if any(innings.super_over for innings in state.innings):
            return commands
    raise AssertionError("there is always another seed")


def _played(simulator: Simulator) -> tuple[list[MatchCommand], MatchState]:
    commands: list[MatchCommand] = []
    state = initial()
    while (command := simulator.next_command(state)) is not None:
        if isinstance(command, RecordBall) and state.current is not None:
            command = _towards_level(command, state.current)
        for event in decide(state, command, None):
            evolve(state, event)
        commands.append(command)
    return commands, state


def _towards_level(ball: RecordBall, innings: Innings) -> RecordBall:
    """The ball, unless the chase could not end level after it: then runs off the bat that leave it open."""
    left = innings.balls_left
    if innings.target is None or innings.super_over or left is None:
        return ball
    asked = innings.target.runs - 1 - innings.runs
    legal = not (ball.wides or ball.no_balls)
    runs = ball.bat_runs + ball.wides + ball.no_balls + ball.byes + ball.leg_byes
    last_wicket = bool(ball.wickets) and innings.wickets_limit - innings.wickets <= 1
    if not last_wicket and _can_be_level(asked - runs, left - legal):
        return ball
    wanted = asked / left
    choices = [one for one in OFF_THE_BAT if _can_be_level(asked - one, left - 1)] or [max(OFF_THE_BAT)]
    return RecordBall(bowler=ball.bowler, bat_runs=min(choices, key=lambda one: abs(one - wanted)))


def _can_be_level(asked: int, left: int) -> bool:
    return 0 <= asked <= MOST_A_BALL * left


# --- rain --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Rain:
    """``overs`` that the chase has left of what it had, and its revised target."""

    overs: str
    target: int


async def play_in_rain(
    client: PavilionClient, match_id: UUID, simulator: Simulator, creation: CreateMatch, told: Told
) -> Rain:
    """Play a match whose chase is interrupted. The session counts the overs lost and has the target revised."""
    state = initial()
    _fold(state, decide(state, creation, None))
    numbers = count(1)

    async def send(command: MatchCommand) -> None:
        ack = await client.execute(match_id, command, key=f"demo/{match_id}/{next(numbers)}")
        told(ack)

    while not _chasing(state) and (command := simulator.next_command(state)) is not None:
        _fold(state, decide(state, command, None))
        await send(command)
    await send(InterruptPlay(reason="rain"))
    await asyncio.sleep(RAIN_SECONDS)
    await send(ResumePlay())
    state, rain = await _revised(client, match_id)
    while (command := simulator.next_command(state)) is not None:
        _fold(state, decide(state, command, None))
        await send(command)
    return rain


def _chasing(state: MatchState) -> bool:
    innings = state.current
    return innings is not None and innings.target is not None and innings.overs >= RAIN_AFTER_OVERS


async def _revised(client: PavilionClient, match_id: UUID) -> tuple[MatchState, Rain]:
    """The match as the event store has it, once its target is revised."""
    deadline = time.monotonic() + REVISION_SECONDS
    while True:
        state = await read_state(client, match_id)
        innings = state.current
        if innings is not None and innings.target is not None and innings.target.method is not None:
            overs, balls = divmod(innings.length or 0, innings.balls_per_over)
            return state, Rain(f"{overs}.{balls}" if balls else f"{overs}", innings.target.runs)
        if time.monotonic() > deadline:
            raise TimeoutError(f"the target of match {match_id} was not revised in {REVISION_SECONDS:.0f} s")
        await asyncio.sleep(WAIT_SECONDS)


async def read_state(client: PavilionClient, match_id: UUID) -> MatchState:
    """A match folded from its events."""
    state = initial()
    for event in await client.events(match_id):
        evolve(state, decode(event["type"], msgspec.json.encode(event["data"]), event["schema_version"]))
    return state


def _fold(state: MatchState, events: list[Any]) -> None:
    for event in events:
        evolve(state, event)


# --- a correction ------------------------------------------------------------------------------------------


async def correct_a_ball(client: PavilionClient, match_id: UUID) -> str | None:
    """Give the side that batted first and won four runs for a ball that was a dot; what was said of it.

    None where no ball will do.
    """
    for event in await client.events(match_id):
        if event["type"] == "InningsClosed":
            return None
        if event["type"] == "BallRecorded" and _is_a_dot(event["data"]):
            ball = event["version"]
            said = CorrectBall(ball=ball, delivery=RecordBall(bat_runs=4), reason="it had crossed the rope")
            await client.execute(match_id, said, key=f"demo/{match_id}/correction")
            return said.reason
    return None


def _is_a_dot(data: dict[str, Any]) -> bool:
    return not any(
        data["delivery"].get(name)
        for name in ("bat_runs", "wides", "no_balls", "byes", "leg_byes", "wickets")
    )
