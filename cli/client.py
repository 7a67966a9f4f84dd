"""A client of Pavilion's API: commands of the domain out, acks and cards back.

Every write carries an idempotency key, and whatever may have been lost on the way (a dropped connection, a
server that is restarting) is sent again with the same key, so it is carried out once.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from http import HTTPStatus
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote
from uuid import UUID

import aiohttp
import msgspec
from yarl import URL

from api.match.commands import COMMANDS, ScoringRow
from domain.match.commands import CreateMatch, MatchCommand, RecordBall
from domain.match.conditions import PRESETS, PlayingConditions
from handlers.match import Ack

PATIENCE_SECONDS = 60.0
"""How long one request is tried again before its failure is believed."""
TIMEOUT_SECONDS = 15.0
"""How long one attempt may take."""
FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 1.0
SOURCE_HEADER = "pavilion-source"
"""Says whether a card is the projector's ("projection") or was folded from the stream ("stream")."""

PASSING = frozenset({"idempotency_key_in_flight", "too_contended", "too_many_requests"})
"""Codes that say: the same again, a little later."""

_ROWS: dict[type[Any], ScoringRow] = {row.command: row for row in COMMANDS}
_ack = msgspec.json.Decoder(Ack)
_encode = msgspec.json.Encoder().encode


class ApiProblem(Exception):
    """The API answered with a problem (RFC 9457). ``code`` is stable; ``members`` are all of the problem."""

    def __init__(self, status: int, members: dict[str, Any]) -> None:
        self.status = status
        self.members = members
        self.code: str = members.get("code", "")
        self.detail: str = members.get("detail", HTTPStatus(status).phrase)
        super().__init__(f"{self.detail} [{self.code or status}]")

    @property
    def passing(self) -> bool:
        """May the same request succeed a little later?"""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR or self.code in PASSING


class ApiUnreachable(Exception):
    """Nobody answers at the API's address."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card as JSON, the version of the match it shows, and whether it is the projector's."""

    version: int
    projected: bool
    json: bytes


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        return self.status < HTTPStatus.BAD_REQUEST


@dataclass(slots=True)
class Counts:
    """What a client had to do besides: requests sent ``again``, answers ``repeated`` by the server."""

    again: int = 0
    repeated: int = 0


@dataclass(slots=True)
class PavilionClient:
    """Calls the API at ``url`` as the bearer of what ``token()`` returns. Use it as an async context.

    Every method raises ApiProblem when the API refuses, and ApiUnreachable when nobody answers for
    ``patience_seconds``.
    """

    url: str
    token: Callable[[], str]
    connections: int = 16
    patience_seconds: float = PATIENCE_SECONDS
    trust: ssl.SSLContext | None = None
    """Whom it believes to be the server; None: what this machine trusts."""
    counts: Counts = field(default_factory=Counts)
    _http: aiohttp.ClientSession = field(init=False)
    _authorization: str = field(init=False)

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.connections, ssl=self.trust or True),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._authorization = f"Bearer {self.token()}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def require(self) -> None:
        """Raises ApiUnreachable unless the API answers now."""
        try:
            answer = await self._request("GET", "/healthz", None, {})
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ApiUnreachable(f"nobody answers at {self.url}") from error
        if not answer.ok:
            raise ApiUnreachable(f"what answers at {self.url} is not Pavilion, or not well")

    async def create(self, match_id: UUID, command: CreateMatch, *, key: str) -> Ack:
        """Create a match under an id of the caller's choice."""
        said = _said(command)
        body = {**said, "id": match_id, "conditions": conditions_body(command.conditions)}
        return await self._write("POST", "/v1/matches", _encode(body), key)

    async def execute(self, match_id: UUID, command: MatchCommand, *, key: str) -> Ack:
        """Have one command carried out on a match (any but CreateMatch)."""
        row = _ROWS[type(command)]
        said = _said(command)
        address = {name: quote(str(said.pop(name)), safe="") for name in row.addressed}
        path = f"/v1/matches/{match_id}{row.path.format(**address)}"
        return await self._write(row.method, path, _encode(said), key)

    async def record_balls(self, match_id: UUID, balls: Sequence[RecordBall], *, key: str) -> Ack:
        """Record several balls: all or none."""
        body = _encode({"balls": [_said(ball) for ball in balls]})
        return await self._write("POST", f"/v1/matches/{match_id}/balls:batch", body, key)

    async def card(self, match_id: UUID, at_least: int | None = None) -> CardRead:
        """The card, not older than version ``at_least``."""
        asked = "" if at_least is None else f"?at_least={at_least}"
        answer = await self._send("GET", f"/v1/matches/{match_id}/scorecard{asked}")
        version = int(answer.headers["etag"].strip('"'))
        return CardRead(version, answer.headers.get(SOURCE_HEADER) == "projection", answer.content)

    async def projected_card(self, match_id: UUID, at_least: int, *, seconds: float) -> CardRead | None:
        """The projector's card once it has come to version ``at_least``; None if it has not in time."""
        deadline, wait = time.monotonic() + seconds, FIRST_WAIT_SECONDS
        while not (card := await self.card(match_id, at_least)).projected:
            if time.monotonic() + wait > deadline:
                return None
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        return card

    async def events(self, match_id: UUID) -> list[dict[str, Any]]:
        """All events of a match, as the event store has them."""
        found: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            answer = await self._send("GET", f"/v1/matches/{match_id}/events?after_version={after}")
            page = msgspec.json.decode(answer.content)
            found += page["events"]
            after = page["next_after_version"]
        return found

    async def ask(self, path: str) -> Any:
        """What a GET answers."""
        return msgspec.json.decode((await self._send("GET", path)).content)

    async def command(self, method: str, path: str, said: Any, *, key: str) -> Any:
        """What the API answers to a command with the body ``said``."""
        headers = {"content-type": "application/json", "idempotency-key": key}
        answer = await self._send(method, path, _encode(said), headers)
        self.counts.repeated += answer.headers.get("idempotent-replayed") == "true"
        return msgspec.json.decode(answer.content)

    async def _write(self, method: str, path: str, body: bytes, key: str) -> Ack:
        headers = {"content-type": "application/json", "idempotency-key": key}
        answer = await self._send(method, path, body, headers)
        ack = _ack.decode(answer.content)
        self.counts.repeated += ack.repeated
        return ack

    async def _send(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> _Answer:
        """The answer to a request, sent again while that may help and patience lasts."""
        deadline, wait = time.monotonic() + self.patience_seconds, FIRST_WAIT_SECONDS
        while not isinstance(answer := await self._attempt(method, path, body, headers or {}), _Answer):
            if time.monotonic() + wait > deadline:
                raise answer
            self.counts.again += 1
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        return answer

    async def _attempt(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> _Answer | ApiProblem | ApiUnreachable:
        """The answer, or what was wrong where it may pass. Raises ApiProblem where it will not."""
        carried = self._authorization
        try:
            answer = await self._request(method, path, body, {**headers, "authorization": carried})
        except (aiohttp.ClientError, TimeoutError) as error:
            return ApiUnreachable(f"nobody answers at {self.url} ({type(error).__name__})")
        if answer.ok:
            return answer
        problem = ApiProblem(answer.status, _members(answer))
        if problem.code == "token_expired":
            self._authorization = f"Bearer {self.token()}"
            if self._authorization != carried:
                return problem
        if not problem.passing:
            raise problem
        return problem

    async def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> _Answer:
        url = URL(self.url + path, encoded=True)
        async with self._http.request(method, url, data=body, headers=headers) as answer:
            return _Answer(answer.status, answer.headers, await answer.read())


def conditions_body(conditions: PlayingConditions) -> str | dict[str, Any]:
    """Playing conditions as the API takes them: a preset's name, or all that they are."""
    if PRESETS.get(conditions.name) == conditions:
        return conditions.name
    said = {
        each.name: getattr(conditions, each.name) for each in fields(conditions) if each.name != "version"
    }
    return {**said, "based_on": conditions.name} if conditions.name in PRESETS else said


def _said(command: Any) -> dict[str, Any]:
    """What a command says beyond its defaults."""
    return {
        each.name: value for each in fields(command) if (value := getattr(command, each.name)) != each.default
    }


def _members(answer: _Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
