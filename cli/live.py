"""`pavilion live`: follow a match in the terminal."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.errors import StackError

if TYPE_CHECKING:
    from rich.console import Console

    from cli.event_stream import ServerSentEvent

AGAIN_SECONDS = 1.0
QUIET_SECONDS = 40
"""Without a sign for so long (it should come every 15 s), the line is dead."""
OK, NO_CONTENT, TOO_MANY_REQUESTS = 200, 204, 429
SNAPSHOT, END = "snapshot", "end"


def live(
    match: Annotated[str, typer.Argument(help="The id of the match.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the events as lines of JSON.")] = False,
) -> None:
    """Follow a match ball by ball until it ends; after a lost connection it goes on where it was."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    try:
        asyncio.run(_follow(match, console, as_json=as_json))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


async def _follow(match: str, console: "Console", *, as_json: bool) -> None:
    async for event in followed(match):
        said = json.loads(event.data)
        if as_json:
            typer.echo(json.dumps({"event": event.name, **said}))
        else:
            for line in lines_of(event.name, said):
                console.print(line)


async def followed(match: str) -> AsyncIterator["ServerSentEvent"]:
    """The events of a match until its end, each once. Raises StackError if there is no such match."""
    import aiohttp

    from cli.client import ApiUnreachable
    from cli.connection import connect, token
    from cli.event_stream import events_of

    try:
        url = f"{connect().url}/v1/matches/{match}/live"
    except ApiUnreachable as error:
        raise StackError(str(error), "run `pavilion up`") from error
    last = ""
    timeout = aiohttp.ClientTimeout(total=None, sock_read=QUIET_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        while True:
            headers = {"authorization": f"Bearer {token()}", **({"last-event-id": last} if last else {})}
            try:
                async with http.get(url, headers=headers) as answer:
                    if answer.status == NO_CONTENT:
                        return
                    if answer.status < 500 and answer.status != TOO_MANY_REQUESTS:
                        await _require(answer)
                        async for event in events_of(answer.content):
                            last = event.id
                            yield event
                            if event.name == END:
                                return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(AGAIN_SECONDS)


async def _require(answer: Any) -> None:
    """Raises StackError, with what the API says; who answers without saying anything is hardly the API."""
    if answer.status != OK:
        try:
            problem = json.loads(await answer.read())
            said, to_do = str(problem["detail"]), "look at the id again"
        except (ValueError, KeyError, TypeError):
            said, to_do = f"the API answered {answer.status}", "look at the address of the API"
        raise StackError(said, to_do)


def lines_of(name: str, said: dict[str, Any]) -> list[str]:
    """What is printed of an event: the score line to begin with, then a line for each ball and each turn."""
    if name == SNAPSHOT:
        teams = " v ".join(team["name"] for team in said["teams"])
        return [f"[bold]{teams}[/]", said["summary"]["score"] or said["status"]]
    if name == END:
        return [f"[bold]{said['status']}[/]"]
    ball, summary = said["ball"], said["summary"]
    turns = [f"  {turn}" for turn in summary["happened"]]
    if ball is None:
        return [f"[dim]{_words(said['type'])}[/]", *turns]
    corrected = "" if said["type"] == "BallRecorded" else f"[yellow]{_words(said['type'])}[/] "
    label = f"[red]{ball['label']}[/]" if ball["out"] else ball["label"]
    return [
        f"{corrected}{ball['over']:>5} {ball['bowler']} to {ball['striker']}: {label}  [dim]{summary['score']}[/]",
        *turns,
    ]


def _words(type_: str) -> str:
    """ "BallCorrected" as people say it: "ball corrected"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type_).strip()
