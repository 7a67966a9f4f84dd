"""`pavilion score`: Cricsheet files scored by the engine, with no server."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.cricsheet.document import Place, SourceProblem
from adapters.cricsheet.play import Play, open_play
from projections.score import score_line

WORTH_SHARING = 40
"""From so many files on, more processes score sooner than one."""
BAD_FILE = 2


@dataclass(frozen=True, slots=True)
class View:
    """How a match is shown: ``width`` None is a JSON line, else a card that wide."""

    width: int | None = None
    color: str | None = None
    verbose: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """One file: its ``text`` for stdout (None where it could not be scored) and lines for stderr."""

    text: str | None
    remarks: tuple[str, ...] = ()


def score(
    paths: Annotated[
        list[Path], typer.Argument(help="Cricsheet JSON files, or folders of them.", metavar="PATH")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each match.")] = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Also say where the umpires let stand what the Laws forbid."),
    ] = False,
) -> None:
    """Score Cricsheet files ball by ball: print each match's card, or a line of JSON.

    A file that cannot be scored gives one line on stderr (file, innings, over and ball from 0 and 1 as
    in "14.3", reason) and exit code 2; the others are scored all the same.
    """
    view = View(verbose=verbose) if as_json else _terminal(verbose)
    problems = 0
    files: list[Path] = []
    for path in paths:
        try:
            files.extend(files_in(path))
        except SourceProblem as problem:
            problems += 1
            typer.echo(str(problem), err=True)
    for scored in score_all(files, view):
        problems += scored.text is None
        if scored.text is not None:
            typer.echo(scored.text)
        for remark in scored.remarks:
            typer.echo(remark, err=True)
    raise typer.Exit(BAD_FILE if problems else 0)


def files_in(path: Path) -> list[Path]:
    """The file itself, or every .json file below a folder in the order of their paths."""
    if path.is_dir():
        files = sorted(path.rglob("*.json"))
        if not files:
            raise SourceProblem(str(path), Place(), "no .json file in this folder")
        return files
    if not path.exists():
        raise SourceProblem(str(path), Place(), "no such file or folder")
    return [path]


def score_all(files: list[Path], view: View) -> Iterator[Scored]:
    """Each file scored, in the order given; many are shared out over the cores."""
    one = partial(score_one, view=view)
    workers = min(len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1, 8)
    if len(files) < WORTH_SHARING or workers == 1:
        yield from map(one, files)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, files, chunksize=8)


def score_one(path: Path, view: View) -> Scored:
    """Score one file; whatever is wrong with it becomes a remark, never an exception."""
    game: Play | None = None
    try:
        game = open_play(path)
        game.run()
        return Scored(_show(game, view), tuple(_remarks(game, view)))
    except SourceProblem as problem:
        return Scored(None, (str(problem),))
    except Exception as error:  # the other files are still to be scored
        place = game.place if game is not None else Place()
        problem = SourceProblem(str(path), place, f"cannot be scored: {type(error).__name__}: {error}")
        return Scored(None, (str(problem),))


def _remarks(game: Play, view: View) -> Iterator[str]:
    """Errors of the source are always said; what the umpires let stand only when asked for."""
    for note in game.notes:
        if note.source_error or view.verbose:
            where = f"{note.place}: " if str(note.place) else ""
            yield f"{game.file}: note: {where}{note.text}"


def _show(game: Play, view: View) -> str:
    if view.width is None:
        return msgspec.json.encode(score_line(game.state, game.document.name)).decode()
    return _card(game, view, view.width)


def _card(game: Play, view: View, width: int) -> str:
    from io import StringIO

    from rich.console import Console

    from cli.card import render
    from domain.match.card import scorecard

    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=view.color is not None,
        color_system=view.color,  # type: ignore[arg-type]
        no_color=view.color is None,
    )
    render(scorecard(game.state), console)
    return out.getvalue()


def _terminal(verbose: bool) -> View:
    from rich.console import Console

    console = Console()
    return View(width=console.width, color=console.color_system, verbose=verbose)
