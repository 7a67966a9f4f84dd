"""What the commands for operators share: the database of the stack, who is asking, and times as people say them."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from contracts.topics import CONSUMERS
from stack.errors import StackError
from stack.settings import load_settings

T = TypeVar("T")
CLOSE_SECONDS = 5


def run(work: Callable[[Any], Awaitable[T]]) -> T:
    """What ``work`` does with a connection to the store. Raises StackError where that can't be reached, or refuses."""
    import asyncpg

    from adapters.postgres.pool import AWAY

    async def connected() -> T:
        connection = await asyncpg.connect(load_settings().postgres_dsn)
        try:
            return await work(connection)
        finally:
            with suppress(*AWAY):
                await connection.close(timeout=CLOSE_SECONDS)

    try:
        return asyncio.run(connected())
    except BrokenPipeError:  # of whoever reads what is printed; the command ends and says nothing
        raise
    except (
        asyncpg.InternalClientError
    ) as error:  # the server said farewell within a transaction; it is rolled back
        raise StackError(
            "Postgres can't be reached: it ended the connection", "see `pavilion status`"
        ) from error
    except AWAY as error:
        raise StackError(f"Postgres can't be reached: {error}", "see `pavilion status`") from error
    except asyncpg.UndefinedTableError as error:
        raise StackError("this database is older than the command", "run `pavilion migrate`") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise StackError(str(error), "log in as an operator, who may take the role") from error
    except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise StackError(f"Postgres has no place for us: {error}", "see PAVILION_POSTGRES_DSN") from error


@contextmanager
def using(place: Path | str) -> Iterator[None]:
    """Within, a file that can't be used is a StackError that names it. A reader gone stays a BrokenPipeError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StackError(f"{place} cannot be used", error.strerror or repr(error)) from error


def who() -> str:
    """The person at the keyboard, as the machine calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def known(consumer: str) -> str:
    """The consumer of that name. Raises StackError if there is none."""
    if consumer not in CONSUMERS:
        raise StackError(f"no consumer is called {consumer!r}", f"there are: {', '.join(CONSUMERS)}")
    return consumer


def ago(then: datetime) -> str:
    """How long something is past: ``3 min``."""
    seconds = int((datetime.now(UTC) - then).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
