"""`pavilion replay --season`: the season of a folder as a tournament, and what it came to."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.season import refuse
from cli.standings import fixture_named

if TYPE_CHECKING:
    from rich.console import Console

    from adapters.cricsheet.season import SeasonPlan
    from cli.season_replay import SeasonReport

INTERRUPTED = 130
FAILED = 1


def replay_season(
    paths: Sequence[Path],
    abandoned: Sequence[str],
    at_once: int,
    day_seconds: float,
    as_json: bool,
    errors: "Console",
) -> None:
    """Replay, print, and exit: 1 if something came out otherwise than the files have it."""
    from rich.console import Console

    from cli.client import ApiProblem, ApiUnreachable
    from cli.matchday import StandsStill
    from cli.season_replay import WrongTeams
    from cli.season_show import show

    plan = read_plan(paths, abandoned)
    try:
        report = run(plan, at_once, day_seconds, errors)
    except ApiUnreachable as away:
        raise refuse(f"{away}; start it with: pavilion up") from None
    except (ApiProblem, StandsStill, WrongTeams) as problem:
        typer.echo(f"pavilion: the season could not be played: {problem}", err=True)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        typer.echo("pavilion: interrupted; what was recorded is kept", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps(fields(report), ensure_ascii=False))
    else:
        show(report, Console())
    raise typer.Exit(FAILED if report.replay.mismatches else 0)


def read_plan(paths: Sequence[Path], abandoned: Sequence[str]) -> "SeasonPlan":
    """The tournament that the files of one folder make."""
    from adapters.cricsheet.document import SourceProblem
    from adapters.cricsheet.season import NoSeason, plan_season, read_season

    if len(paths) != 1 or not paths[0].is_dir():
        raise refuse("--season takes one folder of Cricsheet files")
    pairs = [fixture_named(words) for words in abandoned]
    try:
        return plan_season(read_season(paths[0]), pairs)
    except (SourceProblem, NoSeason) as problem:
        raise refuse(str(problem)) from None


def run(plan: "SeasonPlan", at_once: int, day_seconds: float, errors: "Console") -> "SeasonReport":
    """Replay the season. Raises ApiUnreachable, ApiProblem, StandsStill, WrongTeams."""
    import uvloop

    from cli.connection import connect
    from cli.replay_progress import Progress
    from cli.season_replay import SeasonReplay, balls_of

    async def work() -> "SeasonReport":
        with Progress(errors, len(plan.files), balls_of(plan)) as progress:
            async with connect(connections=2 * at_once + 4) as client:
                await client.require()
                season = SeasonReplay(client, plan, at_once=at_once, day_seconds=day_seconds, moved=progress)
                return await season.run()

    return uvloop.run(work())


def fields(report: "SeasonReport") -> dict[str, Any]:
    """The report as `--json` prints it: that of the replay, the tables, the bracket and the champion."""
    from cli.replay import fields as replay_fields

    return {
        "tournament": str(report.tournament),
        "standings": report.standings,
        "bracket": report.knockouts,
        "champion": report.champion,
        **replay_fields(report.replay),
        "matches": report.official,
    }
