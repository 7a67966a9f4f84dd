"""`pavilion replay`: real matches through the running API, Kafka and the projector, checked at the end."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid5

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from cli.replaying import Report
    from cli.script import Script

MISMATCHES = 1
BAD_INPUT = 2
INTERRUPTED = 130
SHOWN_MISMATCHES = 20


def replay(
    paths: Annotated[
        list[Path], typer.Argument(help="Cricsheet JSON files, or folders of them.", metavar="PATH...")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Matches at once.")] = 8,
    keep_ids: Annotated[
        bool,
        typer.Option(
            "--keep-ids",
            help="The same file is the same match every time: a replay that was cut short can be run again, "
            "and what is there already is not doubled.",
        ),
    ] = False,
    season: Annotated[
        bool,
        typer.Option(
            "--season",
            help="The files are one season: make a tournament of it, and play every match as a session.",
        ),
    ] = False,
    abandoned: Annotated[
        list[str] | None,
        typer.Option(metavar='"A v B"', help="With --season: a match without a file, abandoned unplayed."),
    ] = None,
    day_seconds: Annotated[
        float, typer.Option(min=0.001, help="With --season: how long one of its days lasts.")
    ] = 1.0,
) -> None:
    """Play Cricsheet files through the running API ball by ball, and check the cards that come out.

    Every card is read from the read model, behind Kafka and the projector, and compared with what
    `pavilion score` gives for the file; of a season the tables and the champion too. Exit code 1 if something
    differs, 2 for a bad file or without a server.
    """
    from rich.console import Console

    from cli.client import ApiUnreachable

    errors = Console(stderr=True)
    if season:
        from cli.season_command import replay_season

        replay_season(paths, abandoned or [], concurrency, day_seconds, as_json, errors)
        return
    scripts, bad = read_scripts(paths, errors)
    try:
        report = run(scripts, concurrency, keep_ids, errors)
    except ApiUnreachable as away:
        typer.echo(f"pavilion: {away}; start it with: pavilion up", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        typer.echo("pavilion: interrupted; what was recorded is kept", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps(fields(report), ensure_ascii=False))
    else:
        show(report, Console())
    raise typer.Exit(MISMATCHES if report.mismatches else BAD_INPUT if bad else 0)


def read_scripts(paths: Sequence[Path], errors: "Console") -> "tuple[list[Script], int]":
    """What the files say, and how many could not be read; why not is said in a line each."""
    from rich.progress import track

    from adapters.cricsheet.document import SourceProblem
    from cli.score import files_in
    from cli.script import script_of_file

    files: list[Path] = []
    problems: list[str] = []
    for path in paths:
        try:
            files += files_in(path)
        except SourceProblem as problem:
            problems.append(str(problem))
    scripts: list[Script] = []
    for file in track(files, "reading", console=errors, transient=True, disable=not errors.is_terminal):
        try:
            scripts.append(script_of_file(file))
        except SourceProblem as problem:
            problems.append(str(problem))
    for line in problems:
        typer.echo(line, err=True)
    if not scripts:
        raise typer.Exit(BAD_INPUT)
    return scripts, len(problems)


def run(scripts: "list[Script]", concurrency: int, keep_ids: bool, errors: "Console") -> "Report":
    """Replay the scripts. Raises ApiUnreachable."""
    import uvloop

    from cli.connection import connect
    from cli.replay_progress import Progress
    from cli.replaying import Replay

    async def work() -> "Report":
        with Progress(errors, len(scripts), sum(script.balls for script in scripts)) as progress:
            async with connect(connections=2 * concurrency) as client:
                await client.require()
                matches = [(match_id(script, keep_ids), script) for script in scripts]
                return await Replay(client, concurrency, progress).run(matches)

    return uvloop.run(work())


def match_id(script: "Script", keep: bool) -> UUID:
    """A new id; with ``keep`` the one that the match's name makes."""
    from cli.script import new_match_id
    from contracts.ids import PAVILION

    return uuid5(PAVILION, f"replay/{script.name}") if keep else new_match_id()


def fields(report: "Report") -> dict[str, Any]:
    """The report as `--json` prints it."""
    return {
        "matches": report.matches,
        "balls": report.balls,
        "seconds": round(report.seconds, 3),
        "balls_per_second": round(report.balls / report.seconds, 1) if report.seconds else None,
        "p50_ms": report.percentile(50),
        "p95_ms": report.percentile(95),
        "p99_ms": report.percentile(99),
        "mismatches": [asdict(each) for each in report.mismatches],
    }


def show(report: "Report", console: "Console") -> None:
    """The report to read."""
    from rich.table import Table

    rate = report.balls / report.seconds if report.seconds else 0
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_row("matches", f"{report.matches}")
    table.add_row("balls", f"{report.balls:,} in {report.seconds:.1f} s: {rate:,.0f} a second")
    times = " · ".join(f"p{percent} {report.percentile(percent)}" for percent in (50, 95, 99))
    table.add_row("a ball", f"{times} ms")
    if report.sent_again:
        table.add_row(
            "sent again", f"{report.sent_again:,} requests, of which {report.repeated:,} had arrived before"
        )
    console.print(table)
    if not report.mismatches:
        cards = "the card" if report.matches == 1 else f"all {report.matches} cards"
        console.print(f"[green]✓[/] {cards} in the read model as scored")
        return
    different = len({each.match for each in report.mismatches})
    console.print(f"[red]✗[/] {len(report.mismatches)} mismatches in {different} of {report.matches} matches")
    mismatches = Table("match", "where", "expected", "got", box=None, pad_edge=False, header_style="dim")
    for each in report.mismatches[:SHOWN_MISMATCHES]:
        mismatches.add_row(each.match, each.where, str(each.expected), str(each.got))
    console.print(mismatches)
    if len(report.mismatches) > SHOWN_MISMATCHES:
        console.print(f"[dim]and {len(report.mismatches) - SHOWN_MISMATCHES} more; --json has all[/]")
